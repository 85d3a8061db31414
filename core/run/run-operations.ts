import type { HeldLease } from '../lock/held-lease.ts';
import type { MigrationOperation, Operation } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { Failure, RunEventBody, RunOutcome } from '../model/run.ts';
import { cancelledBy } from './cancel-request.ts';
import { isUnsettled } from './is-unsettled.ts';
import type { OperationResult } from './operation-result.ts';
import { type AttemptContext, intentOf, runWithRetry } from './run-with-retry.ts';

export interface OperationsEnd {
  readonly outcome: RunOutcome;
  readonly failure: Failure | undefined;
}

/**
 * The operations of a plan one after the other: pre-checks again in every attempt, steps that are done left out, stop at the first that does
 * not succeed. Spec: plan format, "Execution Semantics"; rulings, "Resume".
 */
export async function* runOperations(
  context: AttemptContext & { readonly lease: HeldLease },
  record: RunRecord | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationsEnd> {
  const before = new Map(record?.operations.map((one) => [one.id, one]));
  const todo = context.plan.operations.filter((one) => !isDone(one, before.get(one.id)?.status));
  const triesOf = (operation: Operation) => before.get(operation.id)?.attempts ?? 0;
  let announced = 0;
  for (const [i, operation] of todo.entries()) {
    if (signal.aborted) return cancelledEnd(signal);
    await context.lease.at(operation.id);
    if (i >= announced) {
      const next = announcedTogether(todo, i);
      for (const one of next) yield intentOf(one, triesOf(one) + 1);
      announced = i + next.length;
    }
    const own = {
      ...context,
      isUnsettled: isUnsettled(before.get(operation.id)),
      next: i + 1 < announced ? toApply(todo[i + 1]) : undefined,
      afterNext: toApply(todo[i + 2]),
    };
    const result = yield* runWithRetry(operation, own, triesOf(operation), signal);
    if (!hasSucceeded(result)) return endOf(operation, result, signal);
  }
  return { outcome: 'succeeded', failure: undefined };
}

/** A migration that is to be applied and nothing else. */
const toApply = (operation: Operation | undefined): MigrationOperation | undefined =>
  operation?.type === 'migration' && (operation.action ?? 'apply') === 'apply' ? operation : undefined;

/** So many migrations are announced at once, so that they share one write to the disk. */
const mostAnnounced = 16;

/**
 * The operations from one on whose intents go to the disk together: migrations that follow one another, because the target's own
 * history says how far they came; anything else alone.
 */
function announcedTogether(todo: readonly Operation[], from: number): readonly Operation[] {
  const next = todo.slice(from, from + mostAnnounced);
  const end = next.findIndex(({ type }) => type !== 'migration');
  return end === 0 ? next.slice(0, 1) : end > 0 ? next.slice(0, end) : next;
}

const isDone = (operation: Operation, status: string | undefined): boolean =>
  operation.phase === 'step' && (status === 'succeeded' || status === 'skipped' || status === 'nothing-to-do');

const hasSucceeded = ({ outcome }: OperationResult): boolean =>
  outcome === 'succeeded' || outcome === 'nothing-to-do' || outcome === 'skipped';

function endOf(operation: Operation, result: OperationResult, signal: AbortSignal): OperationsEnd {
  if (result.outcome === 'cancelled') return cancelledEnd(signal);
  const failure = result.failure ?? { code: 'INTERNAL_ERROR', message: 'The operation ended without saying why.' };
  const { log: _log, ...short } = failure;
  return {
    outcome: 'failed',
    failure: { ...short, message: `${operation.id} (${operation.name}): ${failure.message}` },
  };
}

function cancelledEnd(signal: AbortSignal): OperationsEnd {
  const by = cancelledBy(signal);
  return { outcome: 'cancelled', failure: { code: 'CANCELLED', message: by ? `Cancelled by ${by}.` : 'Cancelled.' } };
}
