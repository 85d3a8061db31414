import {
  type AppliedMigration,
  databaseNames,
  type HistoryChange,
  historyPlan,
  isProduction,
  type MigrationState,
  migrationsOf,
  migrationVersion,
  needsToRun,
  type Plan,
} from '../core/index.ts';
import { exitCodes, type Need, type ScriptDifference } from '../protocol/index.ts';
import { changedDifferences } from './applied-difference.ts';
import { compileKept } from './compile-plan.ts';
import type { ObservedPlan } from './observed-plan.ts';
import { ok, type Result, refuse } from './result.ts';
import type { PlanOptions } from './verbs/plan.ts';

/** A change of history before it is made: which rows it is about and how the files stand now. */
export interface HistoryPlanView {
  readonly plan: Plan;
  readonly production: boolean;
  readonly changes: readonly {
    readonly file: string;
    readonly version: string;
    readonly state: MigrationState;
    readonly note: string | undefined;
  }[];
  readonly differences: readonly ScriptDifference[];
  readonly needs: readonly Need[];
}

/** The rows of the databases that a plan's migrations run in; one that was not reached has none to judge by. */
export function reachedRows(plan: Plan, observed: ObservedPlan): Result<readonly AppliedMigration[]> {
  const { rowsOn, observation, others, redactor } = observed;
  const names = [...new Set(migrationsOf(plan).map(({ connection }) => connection))];
  const rows: AppliedMigration[] = [];
  for (const name of names.length === 0 ? [undefined] : names) {
    const own = rowsOn(name);
    rows.push(...(own ?? []));
    if (own) continue;
    const seen = name === undefined ? observation : others.get(name);
    const why = seen?.type === 'unreached' ? redactor.redact(seen.message) : 'it gave no answer';
    const what = name === undefined ? `target "${plan.target.id}"` : `database "${databaseNames(plan, name)}"`;
    const message = `The ${what} could not be read, so that nothing about its history is decided: ${why}`;
    return refuse('TARGET_UNREACHABLE', message, exitCodes.unknown);
  }
  return ok(rows);
}

/** The plan of a change, made the way in which it is checked again when it starts, so that the two have one digest. */
export async function historyView(
  from: Plan,
  { standings, redactor }: ObservedPlan,
  { project, world, by }: PlanOptions,
  change: HistoryChange,
): Promise<Result<HistoryPlanView>> {
  // The reason goes into the plan, the journal and the target.
  const draft = historyPlan(from, { ...change, reason: redactor.redact(change.reason) }, world.hasher);
  const made = await compileKept(draft, { project, world });
  if (made.type === 'error') return made;
  const { plan } = made.value;
  return ok({
    plan,
    production: isProduction(plan.target),
    changes: change.operations.map(({ id, script }) => {
      const standing = standings.get(id);
      return {
        file: script.path,
        version: migrationVersion(script.path),
        state: standing?.state ?? 'unknown',
        note: standing?.note,
      };
    }),
    differences: await changedDifferences(plan, standings, { world, redactor }),
    needs: needsToRun(plan, [], { approvals: [], confirmations: [], yes: false, by }, []),
  });
}
