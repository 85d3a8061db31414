import { type Backend, dialectOf } from '../model/connection.ts';
import type { PlannedDanger } from '../model/danger.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import { digest } from '../model/ids.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import { noRuleSettings } from '../model/rule-settings.ts';
import type { SqlEffects } from '../ports/sql-effects.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { compileOperations } from './compile-operations.ts';
import { planDangers } from './plan-dangers.ts';
import { resolveTarget } from './resolve-target.ts';
import type { ReadScriptText } from './script-files.ts';

export interface DocumentDangerFacts {
  readonly config: DeployConfig | undefined;
  readonly syntax: Pick<SqlSyntax, 'split'>;
  /** Loaded for `documentDialect`. */
  readonly effects: SqlEffects;
  readonly read: ReadScriptText;
  /** The one script whose dangers are asked for; absent: all. */
  readonly only?: string;
}

/**
 * The dialect of a plan document's scripts: its connection's, else the one of the backend that it names. Undefined where neither tells it, as
 * for ScratchBird without the emulation that it is reached through: what is not known is not judged.
 */
export function documentDialect(document: PlanDocument, config: DeployConfig | undefined): Backend | undefined {
  const resolved = resolveTarget(document, config, undefined);
  const dialect =
    resolved.type === 'resolved' && resolved.connection
      ? dialectOf(resolved.connection)
      : document.targetEnv.backend?.value;
  return dialect === 'scratchbird' ? undefined : dialect;
}

/** The dangers of a plan document without a look at its target: all of its migrations are taken for pending, scripts that are not there left out. */
export function documentDangers(document: PlanDocument, facts: DocumentDangerFacts): readonly PlannedDanger[] {
  const { config } = facts;
  const dialect = documentDialect(document, config);
  if (!dialect) return [];
  const resolved = resolveTarget(document, config, undefined);
  const values = resolved.type === 'resolved' ? resolved.variables : {};
  const unread = { checksum: digest(''), tokenChecksum: digest('') };
  const plan = {
    dialect,
    operations: compileOperations(document, (path) => ({ path, ...unread })),
    migrations: { ...config?.migrations, values },
  };
  return planDangers(plan, { ...facts, settings: config?.rules ?? noRuleSettings, standingOf: () => 'pending' });
}
