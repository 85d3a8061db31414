import {
  type AppliedMigration,
  dialectOf,
  type LocalKnowledge,
  migrationsOf,
  type Observation,
  observeTarget,
  type Plan,
  type Redactor,
  readStoredSql,
  resolvePlan,
  standingsByOperation,
  type World,
} from '../core/index.ts';
import { failedLocally, isGone } from './local-knowledge.ts';
import type { Project } from './project.ts';
import { ok, type Result, refuseProblems } from './result.ts';
import type { RunStore } from './run-store.ts';
import { redactorFor } from './secrets-in-use.ts';

/** A plan beside what its target says. */
export interface ObservedPlan {
  readonly observation: Observation;
  /** The rows of the target's own history; undefined where it could not be read. */
  readonly rows: readonly AppliedMigration[] | undefined;
  readonly standings: ReturnType<typeof standingsByOperation>;
  readonly local: LocalKnowledge;
  readonly redactor: Redactor;
}

/** Only of a script that the target does not know is it worth asking the journals whether it failed when it was last tried. */
function hasNewScript(plan: Plan, rows: readonly AppliedMigration[] = []): boolean {
  const known = new Set(rows.map(({ path }) => path));
  return migrationsOf(plan).some(({ script }) => !known.has(script.path));
}

/** Looks at the target of a plan and changes nothing. Exit 7 where a value of its connection is missing. */
export async function observePlan(
  plan: Plan,
  { project, world, store }: { readonly project: Project; readonly world: World; readonly store: RunStore },
  signal: AbortSignal,
): Promise<Result<ObservedPlan>> {
  const resolved = resolvePlan(plan, world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const observation = await observeTarget(plan, resolved.connection, world.databases, signal);
  const dialect = dialectOf(plan.connection);
  const rows = observation.type === 'reached' ? observation.rows : undefined;
  const local: LocalKnowledge = {
    isGone: isGone(project),
    failed: hasNewScript(plan, rows) ? await failedLocally(store, plan) : new Set(),
    statementsIn: ({ sql }) => world.syntax.split(readStoredSql(sql).text, dialect).statements.length,
  };
  return ok({
    observation,
    rows,
    standings: standingsByOperation(plan, rows, local),
    local,
    redactor: redactorFor([plan.connection], world.variables, plan.operations),
  });
}
