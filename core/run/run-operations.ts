import type { Operation } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { RunEventBody } from '../model/run.ts';
import { createIntents } from './intents.ts';
import { isUnsettled } from './is-unsettled.ts';
import { isUnderWay } from './operations/ahead.ts';
import { cancelledEnd, endOf, hasSucceeded, isDone, type OperationsEnd } from './operations-end.ts';
import { runTurns } from './run-turns.ts';
import { type RunContext, runWithRetry } from './run-with-retry.ts';

/**
 * The operations of a plan one after the other: pre-checks again in every attempt, steps that are done left out, stop at the first that does
 * not succeed. Spec: plan format, "Execution Semantics"; rulings, "Resume".
 */
export async function* runOperations(
  context: RunContext,
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
    const target = context.targets.of(operation);
    if (signal.aborted && !(await isUnderWay(operation.id, target, signal))) return cancelledEnd(signal);
    await context.lease.at(operation.id);
    yield* intents.next(i);
    const own = { ...context, target, isUnsettled: !isFresh(operation) };
    const result = yield* runWithRetry(operation, own, triesOf(operation), signal);
    intents.followed();
    if (!hasSucceeded(result)) return endOf(operation, result, signal);
  }
}
