import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import type { Connection } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetId } from '../model/ids.ts';
import { isProduction } from '../model/target.ts';
import { referenceIn } from '../plan/reference.ts';
import { jsonValueOf, nodeAt } from '../read/json-nodes.ts';
import { readSource } from '../read/source.ts';
import { shownValue } from '../redact/shown-value.ts';

/** The members of a target as the deploy config writes them. */
export type TargetSettings = NonNullable<DeployConfigJson['targets']>[string];

/** A target with what the config says of it. */
export interface TargetView {
  readonly id: TargetId;
  readonly name: string;
  /** Whether the strict rules hold. */
  readonly production: boolean;
  readonly settings: TargetSettings;
  /** How its database is reached, with the defaults; absent for a target that commands reach. */
  readonly connection?: Connection;
}

/** The targets of a config without problems, in its order; `text` is what it was read from. */
export function targetViews(config: DeployConfig, text: string): readonly TargetView[] {
  const { root } = readSource(config.file, text, 'jsonc');
  return [...config.targets.values()].map(({ value: target }) => {
    const node = nodeAt(root, ['targets', target.id]);
    const connection =
      target.connectionRef === undefined ? undefined : config.connections.get(target.connectionRef)?.value;
    return {
      id: target.id,
      name: target.name,
      production: isProduction(target),
      settings: (node ? jsonValueOf(node) : {}) as TargetSettings,
      ...(connection && { connection }),
    };
  });
}

/** A target as people may see it: references stand as they are written, and what looks like a secret in clear is masked. */
export const shownTarget = (view: TargetView): TargetView => ({
  ...view,
  settings: shown('', view.settings) as TargetSettings,
});

function shown(name: string, value: unknown): unknown {
  if (typeof value === 'string') return referenceIn(value) ? value : shownValue(name, value, false);
  if (Array.isArray(value)) return value.map((one) => shown('', one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(key, member)]));
}
