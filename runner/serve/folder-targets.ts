import { isProduction, referencesOf, type TargetId } from '../../core/index.ts';
import type { TargetChoice } from '../../protocol/index.ts';
import { readConfig } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** The targets that a folder of migrations can be applied to. */
export async function targetChoices(opened: ServeProject): Promise<readonly TargetChoice[]> {
  const config = await readConfig(opened);
  return [...(config?.targets.values() ?? [])].map(({ value }) => ({
    id: value.id,
    name: value.name,
    production: isProduction(value),
  }));
}

/** The secrets that a target's connection refers to: all that a folder of migrations can. Undefined where the config does not tell. */
export async function secretsOfTarget(target: TargetId, opened: ServeProject): Promise<readonly string[] | undefined> {
  const config = await readConfig(opened);
  const ref = config?.targets.get(target)?.value.connectionRef;
  const connection = ref === undefined ? undefined : config?.connections.get(ref)?.value;
  return connection && referencesOf(connection).flatMap(({ kind, name }) => (kind === 'secret' ? [name] : []));
}
