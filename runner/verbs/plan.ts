import {
  databaseNames,
  findingsAsApplied,
  isCommandType,
  isProduction,
  type ManualMigrations,
  needsToRun,
  type Observation,
  type Plan,
  type PlannedDanger,
  type Problem,
  planSummary,
  rollsBack,
  standingProblems,
  type TargetId,
  type World,
} from '../../core/index.ts';
import { exitCodes, type PlanView } from '../../protocol/index.ts';
import { changedDifferences } from '../applied-difference.ts';
import { type AnyShape, compilePlan } from '../compile-plan.ts';
import { observedDangers } from '../dangers.ts';
import { type ObservedPlan, observePlan, type SeenTarget } from '../observed-plan.ts';
import { plannedWords } from '../planned-words.ts';
import type { Project } from '../project.ts';
import { dangerView, findingView, ok, type Result, type refuseProblems } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { shortSecrets } from '../short-secrets.ts';
import { withModes } from '../with-modes.ts';
import { approvalsView, voidedApprovals } from './approvals.ts';

export interface PlanOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  /** A plan document or a folder of migrations; relative to the project, with `/`. */
  readonly file: string;
  readonly target: TargetId | undefined;
  readonly shape?: AnyShape | undefined;
  readonly by: string;
  readonly seen?: SeenTarget | undefined;
  /** False where nobody will be shown the dangers: then only production, which asks to confirm them, has them judged. */
  readonly tellsDangers?: boolean;
  /** True: variables that are required and have no value are errors of the plan, not warnings. */
  readonly validatesEnvironment?: boolean;
}

/** The plan, how it stands against the target, and what it still needs. Changes nothing. Spec: rulings, "One plan, one executor". */
export async function planView(options: PlanOptions, signal: AbortSignal): Promise<Result<PlanView>> {
  const compiled = await compilePlan({ ...options, world: withTexts(options) });
  if (compiled.type === 'error') return compiled;
  const { plan, findings, modes } = compiled.value;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const view = await viewOf(plan, findings, observed.value, options);
  return ok({ ...view, operations: withModes(view, modes) });
}

/** What was read a moment ago is not read again; each script is, before it is run. */
function withTexts({ world, seen }: PlanOptions): World {
  if (!seen) return world;
  const { files } = world;
  return { ...world, files: { ...files, readText: async (path) => seen.texts.get(path) ?? files.readText(path) } };
}

/** A plan beside what its target says, as it is shown. */
export async function viewOf(
  plan: Plan,
  findings: Parameters<typeof refuseProblems>[0],
  observed: ObservedPlan,
  {
    project,
    world,
    by,
    tellsDangers = true,
    validatesEnvironment = false,
  }: Pick<PlanOptions, 'project' | 'world' | 'by' | 'tellsDangers' | 'validatesEnvironment'>,
): Promise<PlanView> {
  const { observation, standings, redactor, missing } = observed;
  const approvals = await world.approvals.of(plan.digest);
  const approved = await approvalsView(plan, by, world);
  const isAsked = tellsDangers || isProduction(plan.target);
  const dangers = isAsked ? await observedDangers(plan, standings, { project, world }) : [];
  const isWayBack = rollsBack(plan);
  const differences = isWayBack ? [] : await changedDifferences(plan, standings, { world, redactor });
  const told = isWayBack
    ? findings
    : [
        ...findingsAsApplied(plan, findings, standings),
        ...standingProblems(plan, standings, observed.rowsOn),
        ...observed.commandProblems,
      ];
  return {
    plan,
    summary: planSummary(
      plan,
      [...standings.values()].map(({ state }) => state),
    ),
    production: isProduction(plan.target),
    operations: plan.operations.map((operation) => {
      const standing = standings.get(operation.id);
      return {
        operation: operation.id,
        ...plannedWords(operation),
        ...(standing && { state: standing.state }),
        ...(standing?.note !== undefined && { note: standing.note }),
      };
    }),
    findings: [
      ...told,
      ...voidedApprovals(approved),
      ...shortSecrets(plan, world.variables),
      ...(validatesEnvironment ? missing : missing.map(asWarning)),
    ].map(findingView),
    dangers: (isWayBack ? dangers.map(onTheWayBack) : dangers).map((danger) => dangerView(danger, redactor.redact)),
    needs: needsToRun(plan, [], { approvals, confirmations: [], yes: false, by }, dangers),
    ...(approved.required && { approvals: approved }),
    reached: reachedView(observation, redactor.redact),
    ...(plan.connections && { databases: databasesView(plan, observed) }),
    ...(plan.manual && { manual: plan.manual.map((one) => manualView(one, observed)) }),
    ...(differences.length > 0 && { differences }),
  };
}

/** With how many files the database has not; undefined where it did not say. */
function manualView(one: ManualMigrations, { manualRows }: ObservedPlan): NonNullable<PlanView['manual']>[number] {
  const rows = manualRows.get(one.database);
  const isApplied = (file: string) => rows?.some(({ path, status }) => path === file && status === 'succeeded');
  return { ...one, pending: rows && one.files.filter((file) => !isApplied(file)).length };
}

/** Each database beside the target's own, in the order of the names of their connections. */
const databasesView = (plan: Plan, { others, redactor }: ObservedPlan): NonNullable<PlanView['databases']> =>
  Object.entries(plan.connections ?? {}).map(([name, connection]) => {
    const reached = reachedView(others.get(name) ?? { type: 'unreached', message: 'not asked' }, redactor.redact);
    return { name: databaseNames(plan, name), connection, reached };
  });

/** A plan is shown although it could not run yet: whoever looks at it need not have the values. */
const asWarning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' });

/** True where a run would change the target: exit 2 of `plan --detailed-exitcode`. */
export function hasChanges({ plan, operations }: PlanView): boolean {
  const states = new Map(operations.map(({ operation, state }) => [operation, state]));
  return (
    [...states.values()].some((state) => state !== undefined && state !== 'applied') ||
    plan.operations.some(({ id, type }) => type === 'backup' || (isCommandType(type) && states.get(id) === undefined))
  );
}

function reachedView(observation: Observation, redact: (text: string) => string): PlanView['reached'] {
  switch (observation.type) {
    case 'reached':
      return { type: 'yes', serverVersion: observation.serverVersion };
    case 'without-database':
      return observation;
    case 'unreached':
      return { type: 'no', message: redact(observation.message) };
  }
}

/** Exit code of a plan that was made. */
export const planExitCode = (view: PlanView, detailed: boolean) =>
  detailed && hasChanges(view) ? exitCodes.changesPending : exitCodes.done;

/** A rollback script takes away what the migration made, and with it what was written since: that has no expand and contract. */
const onTheWayBack = (danger: PlannedDanger): PlannedDanger =>
  danger.category === 'data-loss'
    ? {
        ...danger,
        saferForm:
          'What was written since the run is lost too. Back up first what may be wanted, or write a new migration that keeps it.',
      }
    : danger;
