import {
  type AppliedMigration,
  dialectOf,
  isCommand,
  type LedgerStanding,
  type LocalKnowledge,
  ledgerStanding,
  type MigrationStanding,
  migrationsOf,
  type Observation,
  type OperationId,
  observeTarget,
  type Plan,
  type Problem,
  type Redactor,
  readStoredSql,
  resolvePlan,
  standingsByOperation,
  type World,
} from '../core/index.ts';
import { failedLocally, isGone } from './local-knowledge.ts';
import { onTarget } from './on-target.ts';
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
  /** Variables that its operations need and nothing gives. */
  readonly missing: readonly Problem[];
}

/** Only of a script that the target does not know is it worth asking the journals whether it failed when it was last tried. */
function hasNewScript(plan: Plan, rows: readonly AppliedMigration[] = []): boolean {
  const known = new Set(rows.map(({ path }) => path));
  return migrationsOf(plan).some(({ script }) => !known.has(script.path));
}

/** Looks at the target of a plan and changes nothing. Exit 7 where a value of its connection is missing. */
export async function observePlan(
  plan: Plan,
  { project, world: plain, store }: { readonly project: Project; readonly world: World; readonly store: RunStore },
  signal: AbortSignal,
): Promise<Result<ObservedPlan>> {
  const here = await onTarget(plan, { project, world: plain });
  if (here.type === 'error') return here;
  const { world, secrets, missing } = here.value;
  const resolved = resolvePlan(plan, world);
  if (resolved.type === 'missing') return refuseProblems([...resolved.problems, ...missing]);
  const observation = await observeTarget(plan, resolved.connection, world.databases, signal);
  const dialect = plan.connection && dialectOf(plan.connection);
  const rows = observation.type === 'reached' ? observation.rows : undefined;
  const local: LocalKnowledge = {
    isGone: isGone(project),
    failed: hasNewScript(plan, rows) ? await failedLocally(store, plan) : new Set(),
    ...(dialect && {
      statementsIn: ({ sql }) => world.syntax.split(readStoredSql(sql).text, dialect).statements.length,
    }),
  };
  const standings = new Map([
    ...standingsByOperation(plan, rows, local),
    ...(await standingsByCommand(plan, world, local.isGone)),
  ]);
  return ok({
    observation,
    rows,
    standings,
    local,
    redactor: redactorFor(plan, world.variables, secrets),
    missing,
  });
}

/** How the migrations stand that commands apply: by the project's own history, since their target keeps none. */
async function standingsByCommand(
  plan: Plan,
  { ledger }: Pick<World, 'ledger'>,
  gone: LocalKnowledge['isGone'],
): Promise<ReadonlyMap<OperationId, MigrationStanding>> {
  const applying = plan.operations
    .filter(isCommand)
    .flatMap(({ id, applies }) => (applies ? [{ id, script: applies }] : []));
  if (applying.length === 0) return new Map();
  const rows = await ledger.applied(plan.project, plan.target.id);
  return new Map(applying.map(({ id, script }) => [id, standingOf(ledgerStanding(script, rows, plan, gone))]));
}

function standingOf(standing: LedgerStanding): MigrationStanding {
  switch (standing.type) {
    case 'pending':
      return { state: 'pending', note: undefined, row: undefined };
    case 'applied':
    case 'changed':
      return { state: standing.type, note: `applied ${standing.row.at}`, row: undefined };
    case 'renamed':
      return { state: 'renamed', note: `applied as ${standing.from}`, row: undefined };
    case 'unclear':
      return {
        state: 'pending',
        note: `${standing.from} was applied and is gone; more than one file could be it`,
        row: undefined,
      };
  }
}
