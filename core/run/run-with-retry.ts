import { createChannel } from '../base/channel.ts';
import { linkedAbort } from '../base/linked-abort.ts';
import type { HeldLease } from '../lock/held-lease.ts';
import { isMutating, type Operation } from '../model/operation.ts';
import { retryDelaySec } from '../model/retry-delay.ts';
import type { OutputLine, RunEventBody } from '../model/run.ts';
import type { Notice } from '../ports/databases.ts';
import { CancelRequest } from './cancel-request.ts';
import { databaseOf } from './database-of.ts';
import type { OperationContext } from './operation-context.ts';
import { createOperationLog, logLimits } from './operation-log.ts';
import { cancelled, cutTo, failed, type OperationResult } from './operation-result.ts';
import { aheadOf } from './operations/ahead.ts';
import { runOperation } from './run-operation.ts';

/** What stays the same for all operations of an attempt. */
export type AttemptContext = Omit<OperationContext, 'log' | 'output' | 'waiting' | 'continued' | 'remainingMs'>;

/** What an attempt gives to all of its operations; each has the session of its own database besides. */
export type RunContext = Omit<AttemptContext, 'target'> & { readonly lease: HeldLease };

/** One event of output holds at most so many lines and UTF-16 units. */
const outputBatch = { lines: 1_000, length: 256 * 1_024 };
const keptLogLines = 50;
/** Lines that a failure repeats are cut to this many UTF-16 units. */
const keptLineLength = 2_000;

export const intentOf = (operation: Operation, number: number): RunEventBody => ({
  type: 'operation.intent',
  operation: operation.id,
  try: number,
});

export const started = (operation: Operation, number: number): RunEventBody => ({
  type: 'operation.started',
  operation: operation.id,
  try: number,
});

/**
 * Runs an operation with its retries. The intent of its first try was announced by the caller; those of further ones are pulled, and so
 * stored, before anything of them happens. Only failed attempts are made again, never a cancelled or an unknown one. Spec: rulings, "Retry".
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
      const ended = cancelledBetween(result, number);
      yield finished(operation, number, ended, 0, true);
      return ended;
    }
    yield intentOf(operation, number + 1);
  }
}

/** What the last try failed with is not forgotten. */
function cancelledBetween({ failure }: OperationResult, number: number): OperationResult {
  const message = `Cancelled while waiting for try ${number + 1}.`;
  if (!failure) return cancelled(message);
  const { log: _log, ...short } = failure;
  const whole = { ...short, code: 'CANCELLED', message: `${message} Try ${number} failed: ${failure.message}` };
  return { ...cancelled(message), failure: whole };
}

/** A target that was not reached because somebody cancelled meanwhile did not fail. */
const cancelledOnTheWay = (result: OperationResult, { reason }: AbortSignal): OperationResult =>
  result.failure?.code === 'CONNECT_FAILED' && reason instanceof CancelRequest
    ? cancelled('Cancelled before the target was reached.')
    : result;

/** A reason of its own for every operation would cost the trace of an error each time. */
const readerGone = 'Nobody reads what the operation tells.';

type Happening = { readonly line: OutputLine } | { readonly event: RunEventBody };

async function* runOnce(
  operation: Operation,
  context: AttemptContext,
  number: number,
  mayTryAgain: boolean,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationResult> {
  const { clock } = context.world;
  const begun = clock.monotonicMs();
  yield started(operation, number);

  const channel = createChannel<Happening>();
  const { controller, unlink } = linkedAbort(signal);
  const tellCancel = () => {
    const { reason } = signal;
    if (reason instanceof CancelRequest) channel.push({ event: { type: 'cancel.requested', by: reason.by } });
  };
  signal.addEventListener('abort', tellCancel, { once: true });
  const log = createOperationLog(logLimits(context.plan.log?.maxMb), () => clock.monotonicMs());
  const push = (lines: readonly OutputLine[]) => {
    for (const line of lines) channel.push({ line });
  };
  const task = runCaught(operation, operationContext(), controller.signal).finally(() => {
    push(log.end());
    // What the server says between two operations is about neither, or about the one that was begun ahead.
    context.target.onNotice = (notice) => context.target.lane.under[0]?.notices.push(notice);
    signal.removeEventListener('abort', tellCancel);
    channel.close();
  });
  try {
    for await (const batch of channel) yield* eventsOf(operation, batch);
    const result = withLog(cancelledOnTheWay(await task, signal), log.last(keptLogLines));
    const isFinal = !(mayTryAgain && result.outcome === 'failed' && result.retryable);
    yield finished(operation, number, result, clock.monotonicMs() - begun, isFinal);
    return result;
  } finally {
    // A reader that went away (the journal cannot be written) must not leave the operation running.
    controller.abort(signal.reason ?? readerGone);
    unlink();
    await task;
  }

  function operationContext(): OperationContext {
    const limitMs = operation.timeoutSec === undefined ? undefined : operation.timeoutSec * 1_000;
    const write = (line: OutputLine) => push(log.line(line));
    const tell = ({ severity, message }: Notice) => write({ stream: 'notice', text: `${severity}: ${message}` });
    for (const notice of aheadOf(operation.id, context.target)?.notices ?? []) tell(notice);
    context.target.onNotice = tell;
    return {
      ...context,
      log: write,
      output: (stream, text) => {
        push(log.text(stream, text));
        return channel.taken();
      },
      waiting: (waiting) => channel.push({ event: { type: 'operation.waiting', operation: operation.id, waiting } }),
      continued: (by) => channel.push({ event: { type: 'operation.continued', operation: operation.id, by } }),
      remainingMs: () => (limitMs === undefined ? undefined : Math.max(1, limitMs - (clock.monotonicMs() - begun))),
    };
  }
}

/**
 * The engine's one catch: whatever an operation throws is its outcome, told like any other. A session that is lost, or was left in
 * the middle of something, is not used again. Spec: rulings, "Timeout and unknown".
 */
async function runCaught(
  operation: Operation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  try {
    const result = await runOperation(operation, context, signal);
    if (result.failure?.code === 'CONNECTION_LOST') await context.target.drop();
    return result;
  } catch (error) {
    await context.target.drop();
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.stack) context.log({ stream: 'info', text: error.stack });
    if (!isMutating(operation)) return failed({ code: 'INTERNAL_ERROR', message }, false);
    const unknown =
      operation.type === 'migration'
        ? `${message} Whether the migration was committed is not known here; resume settles it from the target's own history.`
        : `${message} Whether its work was done is not known here.`;
    return { outcome: 'unknown', retryable: false, failure: { code: 'INTERNAL_ERROR', message: unknown } };
  }
}

function* eventsOf(operation: Operation, batch: readonly Happening[]): Generator<RunEventBody> {
  let lines: OutputLine[] = [];
  let length = 0;
  const flushed = (): RunEventBody[] => {
    if (lines.length === 0) return [];
    const event: RunEventBody = { type: 'operation.output', operation: operation.id, lines };
    lines = [];
    length = 0;
    return [event];
  };
  for (const happening of batch) {
    if ('line' in happening) {
      lines.push(happening.line);
      length += happening.line.text.length;
      if (lines.length >= outputBatch.lines || length >= outputBatch.length) yield* flushed();
    } else {
      yield* flushed();
      yield happening.event;
    }
  }
  yield* flushed();
}

function withLog(result: OperationResult, log: readonly string[]): OperationResult {
  if (!result.failure || log.length === 0) return result;
  return { ...result, failure: { ...result.failure, log: log.map((line) => cutTo(keptLineLength, line)) } };
}

export const finished = (
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
  ...(result.migration && { migration: { ...result.migration, ...databaseOf(operation) } }),
  final: isFinal,
});
