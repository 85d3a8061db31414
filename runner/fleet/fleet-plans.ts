import type { Plan, TargetId } from '../../core/index.ts';
import { compilePlan } from '../compile-plan.ts';
import { compileRunnable } from '../compile-runnable.ts';
import type { FleetOptions, FleetRequest } from './fleet-options.ts';

type Compiled = ReturnType<typeof compileRunnable>;

/**
 * The plan of a fleet's first target, from which the others are made, so that a file that comes into the folder later joins none of them;
 * refused where a script of it cannot be run.
 */
export async function firstPlan(target: TargetId, request: FleetRequest): Compiled {
  const compiled = await compilePlan({ ...request, target });
  return compiled.type === 'error' ? compiled : planFor(compiled.value.plan, target, request);
}

/** The plan for a target, as the project gives it now; refused where a script of it cannot be run. */
export const planFor = (
  pattern: Plan,
  target: TargetId,
  { project, world, store, cancel }: Pick<FleetOptions, 'project' | 'world' | 'store' | 'cancel'>,
): Compiled =>
  compileRunnable({ ...pattern, target: { ...pattern.target, id: target } }, { project, world, store }, cancel.signal);
