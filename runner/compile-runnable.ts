import { findingsAsApplied, isError, type Plan, type World } from '../core/index.ts';
import { compileStored } from './compile-plan.ts';
import { observePlan } from './observed-plan.ts';
import type { Project } from './project.ts';
import { ok, refuseProblems } from './result.ts';
import type { RunStore } from './run-store.ts';

/**
 * A stored plan as the project gives it now, refused where a script of it cannot be run. Only where one cannot, the target is asked whether
 * it is applied already, so that it will not be run.
 */
export async function compileRunnable(
  stored: Plan,
  options: { readonly project: Project; readonly world: World; readonly store: RunStore },
  signal: AbortSignal,
): ReturnType<typeof compileStored> {
  const compiled = await compileStored(stored, options);
  if (compiled.type === 'error' || !compiled.value.findings.some(isError)) return compiled;
  const { plan, findings } = compiled.value;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const left = findingsAsApplied(plan, findings, observed.value.standings);
  return left.some(isError) ? refuseProblems(left) : ok({ ...compiled.value, findings: left });
}
