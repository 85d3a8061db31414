import {
  isProduction,
  type MigrationStatus,
  migrationStatuses,
  observeTarget,
  resolveConnection,
  type TargetId,
} from '../../core/index.ts';
import { failedLocally, isGone } from '../local-knowledge.ts';
import { ok, type Result, refuseProblems } from '../result.ts';
import { redactorFor } from '../secrets-in-use.ts';
import { compilePlan, type PlanOptions } from './plan.ts';

export interface MigrationStatusView {
  readonly target: TargetId;
  readonly production: boolean;
  readonly migrations: readonly MigrationStatus[];
  /** Why every state is `unknown`; undefined where the target answered. */
  readonly unreached: string | undefined;
}

/** Always reads the target; one that cannot be reached gives `unknown`, never `pending`. Spec: rulings, "Migration history, twice". */
export async function migrationStatus(options: PlanOptions, signal: AbortSignal): Promise<Result<MigrationStatusView>> {
  const compiled = await compilePlan(options);
  if (compiled.type === 'error') return compiled;
  const { plan } = compiled.value;
  const { world } = options;
  const resolved = resolveConnection(plan.connection, world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const observation = await observeTarget(plan, resolved.connection, world.databases, signal);
  const local = { isGone: isGone(options.project), failed: await failedLocally(options.store, plan) };
  return ok({
    target: plan.target.id,
    production: isProduction(plan.target),
    migrations: migrationStatuses(plan, observation.type === 'reached' ? observation.rows : undefined, local),
    unreached:
      observation.type === 'reached'
        ? undefined
        : redactorFor([plan.connection], world.variables).redact(observation.message),
  });
}
