import { type Plan, rollsBack } from '../model/plan.ts';
import type { RunOutcome } from '../model/run.ts';

/**
 * How a run ends by how its operations did: of a rollback, the first failure leaves it partial, wherever it came. Spec: rulings, "Rollback".
 */
export function endingOf(plan: Pick<Plan, 'purpose'>, outcome: RunOutcome): RunOutcome {
  if (!rollsBack(plan)) return outcome;
  if (outcome === 'succeeded') return 'rolled_back';
  return outcome === 'failed' ? 'rollback_partial' : outcome;
}
