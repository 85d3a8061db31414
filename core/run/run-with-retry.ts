import { createChannel } from '../base/channel.ts';
import { linkedAbort } from '../base/linked-abort.ts';
import type { Operation } from '../model/operation.ts';
import type { OutputLine, RunEventBody } from '../model/run.ts';
import { CancelRequest } from './cancel-request.ts';
import type { OperationContext } from './operation-context.ts';
import { cancelled, type OperationResult } from './operation-result.ts';
import { retryDelaySec } from './retry-delay.ts';
import { runOperation } from './run-operation.ts';

/** What stays the same for all operations of an attempt. */
export type AttemptContext = Omit<OperationContext, 'log' | 'waiting' | 'continued' | 'remainingMs'>;

const outputBatch = 1_000;
const keptLogLines = 50;

/**
 * Runs an operation with its retries: `operation.intent` is pulled, and so stored, before anything happens. Only failed attempts are made
 * again, never a cancelled or an unknown one. Spec: rulings, "Retry".
 */
export async function* runWithRetry(
  operation: Operation,
  context: AttemptContext,
  triesBefore: number,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationResult> {
  const extra = operation.retry?.max ?? 0;
  for (let n = 0; ; n++) {
    const number = triesBefore + n + 1;
    const result = yield* runOnce(operation, context, number, n < extra, signal);
    if (result.outcome !== 'failed' || !result.retryable || n >= extra || !operation.retry) return result;
    const delaySec = retryDelaySec(operation.retry, n + 1);
    yield {
      type: 'operation.waiting',
      operation: operation.id,
      waiting: { reason: 'retry', nextTry: number + 1, delaySec },
    };
    await context.world.clock.sleep(delaySec * 1_000, signal);
    if (signal.aborted) {
      const ended = cancelled('Cancelled while waiting for the next try.');
      yield finished(operation, number, ended, 0, true);
      return ended;
    }
  }
}

type Happening = { readonly line: OutputLine } | { readonly event: RunEventBody };

async function* runOnce(
  operation: Operation,
  context: AttemptContext,
  number: number,
  mayTryAgain: boolean,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationResult> {
  yield { type: 'operation.intent', operation: operation.id, try: number };
  const { clock } = context.world;
  const begun = clock.monotonicMs();
  yield { type: 'operation.started', operation: operation.id, try: number };

  const channel = createChannel<Happening>();
  const { controller, unlink } = linkedAbort(signal);
  const tellCancel = () => {
    const { reason } = signal;
    if (reason instanceof CancelRequest) channel.push({ event: { type: 'cancel.requested', by: reason.by } });
  };
  signal.addEventListener('abort', tellCancel, { once: true });
  const log: OutputLine[] = [];
  const task = runOperation(operation, operationContext(), controller.signal).finally(() => {
    signal.removeEventListener('abort', tellCancel);
    channel.close();
  });
  try {
    for await (const batch of channel) yield* eventsOf(operation, batch);
    const result = withLog(await task, log);
    const isFinal = !(mayTryAgain && result.outcome === 'failed' && result.retryable);
    yield finished(operation, number, result, clock.monotonicMs() - begun, isFinal);
    return result;
  } finally {
    // A reader that went away (the journal cannot be written) must not leave the operation running.
    controller.abort(signal.reason);
    unlink();
    await task.catch(() => undefined); // Its error has been thrown to the reader, or the reader has gone with an error of its own.
  }

  function operationContext(): OperationContext {
    const limitMs = operation.timeoutSec === undefined ? undefined : operation.timeoutSec * 1_000;
    const write = (line: OutputLine) => {
      log.push(line);
      if (log.length > keptLogLines) log.shift();
      channel.push({ line });
    };
    context.target.onNotice = ({ severity, message }) => write({ stream: 'notice', text: `${severity}: ${message}` });
    return {
      ...context,
      log: write,
      waiting: (waiting) => channel.push({ event: { type: 'operation.waiting', operation: operation.id, waiting } }),
      continued: (by) => channel.push({ event: { type: 'operation.continued', operation: operation.id, by } }),
      remainingMs: () => (limitMs === undefined ? undefined : Math.max(1, limitMs - (clock.monotonicMs() - begun))),
    };
  }
}

function* eventsOf(operation: Operation, batch: readonly Happening[]): Generator<RunEventBody> {
  let lines: OutputLine[] = [];
  const flushed = (): RunEventBody[] => {
    if (lines.length === 0) return [];
    const event: RunEventBody = { type: 'operation.output', operation: operation.id, lines };
    lines = [];
    return [event];
  };
  for (const happening of batch) {
    if ('line' in happening) {
      lines.push(happening.line);
      if (lines.length >= outputBatch) yield* flushed();
    } else {
      yield* flushed();
      yield happening.event;
    }
  }
  yield* flushed();
}

function withLog(result: OperationResult, log: readonly OutputLine[]): OperationResult {
  if (!result.failure || log.length === 0) return result;
  return { ...result, failure: { ...result.failure, log: log.map(({ text }) => text) } };
}

const finished = (
  operation: Operation,
  number: number,
  result: OperationResult,
  durationMs: number,
  isFinal: boolean,
): RunEventBody => ({
  type: 'operation.finished',
  operation: operation.id,
  try: number,
  outcome: result.outcome,
  durationMs: Math.round(durationMs),
  ...(result.detail !== undefined && { detail: result.detail }),
  ...(result.failure && { failure: result.failure }),
  ...(result.migration && { migration: result.migration }),
  final: isFinal,
});
