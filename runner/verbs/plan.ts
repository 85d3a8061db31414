import {
  gather,
  isProduction,
  type MigrationState,
  makePlan,
  needsToRun,
  type Observation,
  observeTarget,
  type Plan,
  type Problem,
  planSummary,
  resolveConnection,
  standingsByOperation,
  type TargetId,
  unplacedProblem,
  type World,
} from '../../core/index.ts';
import { exitCodes, type PlanView } from '../../protocol/index.ts';
import { failedLocally, isGone } from '../local-knowledge.ts';
import type { Project } from '../project.ts';
import { projectFacts } from '../project-facts.ts';
import { findingView, ok, type Result, refuseProblems } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { redactorFor } from '../secrets-in-use.ts';

export interface PlanOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly target: TargetId | undefined;
  readonly by: string;
}

/** A plan without a look at the target. Exit 7 with every problem where it cannot be made. */
export async function compilePlan(
  options: Pick<PlanOptions, 'project' | 'file' | 'target'> & {
    readonly world: Pick<World, 'files' | 'leases' | 'clock' | 'hasher' | 'syntax'>;
  },
): Promise<Result<{ plan: Plan; findings: readonly Problem[] }>> {
  const { project, world, file, target } = options;
  const facts = projectFacts(project.root);
  const inputs = await gather(world, {
    file,
    configFile: project.configFile,
    target,
    facts,
    createdAt: world.clock.now(),
  });
  const planned = makePlan(inputs, world);
  return planned.type === 'refused' ? refuseProblems(planned.problems) : ok(planned);
}

/** The plan, how it stands against the target, and what it still needs. Changes nothing. Spec: rulings, "One plan, one executor". */
export async function planView(options: PlanOptions, signal: AbortSignal): Promise<Result<PlanView>> {
  const compiled = await compilePlan(options);
  if (compiled.type === 'error') return compiled;
  const { plan, findings } = compiled.value;
  const { world } = options;
  const resolved = resolveConnection(plan.connection, world);
  if (resolved.type === 'missing') return refuseProblems([...findings, ...resolved.problems]);
  const redactor = redactorFor([plan.connection], world.variables);
  const observation = await observeTarget(plan, resolved.connection, world.databases, signal);
  const approvals = await world.approvals.of(plan.digest);
  const standings = standingsByOperation(plan, observation.type === 'reached' ? observation.rows : undefined, {
    isGone: isGone(options.project),
    failed: await failedLocally(options.store, plan),
  });
  return ok({
    plan,
    summary: planSummary(
      plan,
      [...standings.values()].map(({ state }) => state),
    ),
    production: isProduction(plan.target),
    operations: plan.operations.map(({ id }) => {
      const standing = standings.get(id);
      return {
        operation: id,
        ...(standing && { state: standing.state }),
        ...(standing?.note !== undefined && { note: standing.note }),
      };
    }),
    findings: [...findings, ...standingProblems(plan, standings)].map(findingView),
    needs: needsToRun(plan, [], { approvals, confirmations: [], yes: false, by: options.by }),
    reached: reachedView(observation, redactor.redact),
  });
}

/** True where a run would change the target: exit 2 of `plan --detailed-exitcode`. */
export const hasChanges = (view: PlanView): boolean =>
  view.operations.some(({ state }) => state !== undefined && state !== 'applied') ||
  view.plan.operations.some(({ type }) => type === 'backup');

/** What would stop the run at a migration, said before it starts. */
function standingProblems(plan: Plan, standings: ReturnType<typeof standingsByOperation>): Problem[] {
  const words: Partial<Record<MigrationState, string>> = {
    changed: 'was applied to this target with other statements. Write a new migration for the difference.',
    renamed: 'was applied to this target under another name. Give the file its old name back.',
  };
  return plan.operations.flatMap((operation) => {
    const state = standings.get(operation.id)?.state;
    const word = state && words[state];
    if (operation.type !== 'migration' || !word) return [];
    const code = state === 'changed' ? 'MIGRATION_CHANGED' : 'MIGRATION_RENAMED';
    return [{ ...unplacedProblem(code, `${operation.script.path} ${word}`), file: operation.script.path }];
  });
}

const reachedView = (observation: Observation, redact: (text: string) => string): PlanView['reached'] =>
  observation.type === 'reached'
    ? { type: 'yes', serverVersion: observation.serverVersion }
    : { type: 'no', message: redact(observation.message) };

/** Exit code of a plan that was made. */
export const planExitCode = (view: PlanView, detailed: boolean) =>
  detailed && hasChanges(view) ? exitCodes.changesPending : exitCodes.done;
