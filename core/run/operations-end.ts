import type { Operation } from '../model/operation.ts';
import type { Failure, RunOutcome } from '../model/run.ts';
import { cancelledBy } from './cancel-request.ts';
import type { OperationResult } from './operation-result.ts';

/** How the operations of an attempt ended. */
export interface OperationsEnd {
  readonly outcome: RunOutcome;
  readonly failure: Failure | undefined;
}

/** True for a step that an earlier attempt has brought to its end. Checks run again in every attempt. Spec: rulings, "Resume". */
export const isDone = (operation: Operation, status: string | undefined): boolean =>
  operation.phase === 'step' && (status === 'succeeded' || status === 'skipped' || status === 'nothing-to-do');

export const hasSucceeded = ({ outcome }: OperationResult): boolean =>
  outcome === 'succeeded' || outcome === 'nothing-to-do' || outcome === 'skipped';

/** The end that an operation brings about which has not succeeded. */
export function endOf(operation: Operation, result: OperationResult, signal: AbortSignal): OperationsEnd {
  if (result.outcome === 'cancelled') return cancelledEnd(signal);
  const failure = result.failure ?? { code: 'INTERNAL_ERROR', message: 'The operation ended without saying why.' };
  const { log: _log, ...short } = failure;
  return {
    outcome: 'failed',
    failure: { ...short, message: `${operation.id} (${operation.name}): ${failure.message}` },
  };
}

export function cancelledEnd(signal: AbortSignal): OperationsEnd {
  const by = cancelledBy(signal);
  return { outcome: 'cancelled', failure: { code: 'CANCELLED', message: by ? `Cancelled by ${by}.` : 'Cancelled.' } };
}
