import type { HeldLease } from '../lock/held-lease.ts';
import type { Operation } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { Failure, RunEventBody, RunOutcome } from '../model/run.ts';
import { cancelledBy } from './cancel-request.ts';
import { createIntents } from './intents.ts';
import { isUnsettled } from './is-unsettled.ts';
import type { OperationResult } from './operation-result.ts';
import { isUnderWay } from './operations/ahead.ts';
import { runTurns } from './run-turns.ts';
import { type AttemptContext, runWithRetry } from './run-with-retry.ts';

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
  const operations = context.plan.operations.filter((one) => !isDone(one, before.get(one.id)?.status));
  const triesOf = (operation: Operation) => before.get(operation.id)?.attempts ?? 0;
  const tryOf = (operation: Operation) => triesOf(operation) + 1;
  const isFresh = (operation: Operation) => !isUnsettled(before.get(operation.id));
  const intents = createIntents(operations, tryOf);
  for (let i = 0; ; i++) {
    i += yield* runTurns(i, { operations, intents, tryOf, isFresh }, context, signal);
    const operation = operations[i];
    if (!operation) return { outcome: 'succeeded', failure: undefined };
    if (signal.aborted && !(await isUnderWay(operation.id, context.target, signal))) return cancelledEnd(signal);
    await context.lease.at(operation.id);
    yield* intents.next(i);
    const own = { ...context, isUnsettled: !isFresh(operation) };
    const result = yield* runWithRetry(operation, own, triesOf(operation), signal);
    intents.followed();
    if (!hasSucceeded(result)) return endOf(operation, result, signal);
  }
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
