import {
  type AppliedMigration,
  gatherStored,
  type HistoryChange,
  historyPlan,
  isProduction,
  type MigrationState,
  migrationVersion,
  needsToRun,
  type Plan,
  restorePlan,
  type TargetId,
} from '../core/index.ts';
import { exitCodes, type Need, type ScriptDifference } from '../protocol/index.ts';
import { changedDifferences } from './applied-difference.ts';
import type { ObservedPlan } from './observed-plan.ts';
import { ok, type Result, refuse, refuseProblems } from './result.ts';
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

/** The rows of the target; a target that was not reached has none to judge by. */
export function reachedRows(
  { rows, observation, redactor }: ObservedPlan,
  target: TargetId,
): Result<readonly AppliedMigration[]> {
  if (rows) return ok(rows);
  const why = observation.type === 'unreached' ? redactor.redact(observation.message) : 'it gave no answer';
  const message = `The target "${target}" could not be read, so that nothing about its history is decided: ${why}`;
  return refuse('TARGET_UNREACHABLE', message, exitCodes.unknown);
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
  const request = { configFile: project.configFile, createdAt: world.clock.now() };
  const made = restorePlan(draft, await gatherStored(draft, world, request), world);
  if (made.type === 'refused') return refuseProblems(made.problems);
  const { plan } = made;
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
