import { branchAbort } from '../base/branch-abort.ts';
import type { OperationId } from '../model/ids.ts';
import { isCommand, type Operation } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { RunEventBody } from '../model/run.ts';
import { isUnsettled } from './is-unsettled.ts';
import type { OperationResult } from './operation-result.ts';
import { cancelledEnd, endOf, hasSucceeded, isDone, type OperationsEnd } from './operations-end.ts';
import { intentOf, type RunContext, runWithRetry } from './run-with-retry.ts';
import { createTargetSession, type TargetSession } from './target-session.ts';

/** How operations may run beside one another, and past one another's failures. */
export interface SideBySide {
  /** At most so many at a time. */
  readonly parallel: number;
  /** Whether a failed operation keeps only those from running that depend on it. */
  continuesAfter(operation: Operation): boolean;
}

interface Under {
  readonly operation: Operation;
  /** Its own, since a signal that many listen to is taken for a leak. */
  readonly stop: AbortController;
  readonly events: AsyncGenerator<RunEventBody, OperationResult>;
  next: Promise<{ readonly under: Under; readonly step: IteratorResult<RunEventBody, OperationResult> }>;
}

/**
 * The operations of a plan as their edges allow, in its order, several at a time; one at a time of those that use one database. Nothing new
 * starts after a failure that stops; what runs comes to its end. Each event is stored before its operation goes on. Spec: rulings, "Order", "Hooks".
 */
export async function* runSideBySide(
  context: RunContext,
  record: RunRecord | undefined,
  { parallel, continuesAfter }: SideBySide,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationsEnd> {
  const before = new Map(record?.operations.map((one) => [one.id, one]));
  const { operations } = context.plan;
  const done = new Set(operations.filter((one) => isDone(one, before.get(one.id)?.status)).map(({ id }) => id));
  const waiting = new Set(operations.filter(({ id }) => !done.has(id)));
  const failed: { readonly operation: Operation; readonly result: OperationResult }[] = [];
  const running = new Map<OperationId, Under>();
  const { branch, drop, unlink } = branchAbort(signal);
  let isStopping = false;
  try {
    for (;;) {
      while (!isStopping && !signal.aborted && running.size < parallel) {
        const operation = nextReady(waiting, done, running, context);
        if (!operation) break;
        waiting.delete(operation);
        await context.lease.at(operation.id);
        const earlier = before.get(operation.id);
        const tries = earlier?.attempts ?? 0;
        yield intentOf(operation, tries + 1);
        const own = { ...context, target: targetFor(operation, context), isUnsettled: isUnsettled(earlier) };
        const stop = branch();
        running.set(operation.id, begin(operation, stop, runWithRetry(operation, own, tries, stop.signal)));
      }
      if (running.size === 0) break;
      const { under, step } = await Promise.race([...running.values()].map(({ next }) => next));
      if (!step.done) {
        yield step.value;
        advance(under);
        continue;
      }
      running.delete(under.operation.id);
      drop(under.stop);
      if (hasSucceeded(step.value)) done.add(under.operation.id);
      else {
        failed.push({ operation: under.operation, result: step.value });
        isStopping ||= step.value.outcome !== 'failed' || !continuesAfter(under.operation);
      }
    }
  } finally {
    await Promise.all([...running.values()].map(({ events }) => events.return(goneResult)));
    unlink();
  }
  const [first] = failed;
  if (signal.aborted && (waiting.size > 0 || first)) return cancelledEnd(signal);
  return first ? endOf(first.operation, first.result, signal) : { outcome: 'succeeded', failure: undefined };
}

/** Whoever asked is gone: nobody reads what became of it. */
const goneResult: OperationResult = { outcome: 'cancelled', retryable: false };

function begin(operation: Operation, stop: AbortController, events: Under['events']): Under {
  const under: Under = { operation, stop, events, next: Promise.reject(new Error('It has not begun.')) };
  under.next.catch(() => undefined); // Replaced at once.
  advance(under);
  return under;
}

function advance(under: Under): void {
  under.next = under.events.next().then((step) => ({ under, step }));
}

/** The first in the order of the plan that waits for nothing any more. */
function nextReady(
  waiting: ReadonlySet<Operation>,
  done: ReadonlySet<OperationId>,
  running: ReadonlyMap<OperationId, Under>,
  { targets }: RunContext,
): Operation | undefined {
  const busy = new Set([...running.values()].map(({ operation }) => usesDatabase(operation) && targets.of(operation)));
  for (const operation of waiting) {
    if (usesDatabase(operation) && busy.has(targets.of(operation))) continue;
    if (operation.dependsOn.every((id) => done.has(id))) return operation;
  }
  return undefined;
}

const usesDatabase = (operation: Operation): boolean =>
  isCommand(operation)
    ? operation.verify?.type === 'sql'
    : operation.type !== 'pause' && operation.type !== 'health_check' && operation.type !== 'disk_space';

/** What has nothing to do with the database gets a session of its own, which is none: the notices of others are not its own. */
const targetFor = (operation: Operation, { targets, world, run }: RunContext): TargetSession =>
  usesDatabase(operation) ? targets.of(operation) : createTargetSession(undefined, world.databases, run);
