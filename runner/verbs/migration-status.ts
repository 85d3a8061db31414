import {
  isProduction,
  type MigrationStatus,
  migrationStatuses,
  type Problem,
  standingProblems,
  type TargetId,
} from '../../core/index.ts';
import { compileLook } from '../compile-plan.ts';
import { observePlan } from '../observed-plan.ts';
import { ok, type Result } from '../result.ts';
import type { PlanOptions } from './plan.ts';

export interface MigrationStatusView {
  readonly target: TargetId;
  readonly production: boolean;
  readonly migrations: readonly MigrationStatus[];
  /** What a run would be refused or warned for, by what the target says. */
  readonly findings: readonly Problem[];
  /** Why every state is `unknown`; undefined where the target answered. */
  readonly unreached: string | undefined;
}

/** Always reads the target; one that cannot be reached gives `unknown`, never `pending`. Spec: rulings, "Migration history, twice". */
export async function migrationStatus(options: PlanOptions, signal: AbortSignal): Promise<Result<MigrationStatusView>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan, findings } = compiled.value;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const { observation, rows, standings, local, redactor } = observed.value;
  return ok({
    target: plan.target.id,
    production: isProduction(plan.target),
    migrations: migrationStatuses(plan, rows, local),
    findings: [...findings, ...standingProblems(plan, standings, rows ?? [])],
    unreached: observation.type === 'unreached' ? redactor.redact(observation.message) : undefined,
  });
}
