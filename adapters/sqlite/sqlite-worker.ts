import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectOptions, Limits, SqlOutcome } from '../../core/index.ts';
import { type Refused, refused } from '../sql-refusal.ts';
import type { CallResult, ChildHandle } from './child-process.ts';
import type { CallName, ChildCalls } from './child-protocol.ts';
import type { SqliteChildren } from './sqlite-children.ts';

/** The longest wait that timers and SQLite know; milliseconds. */
export const UNBOUNDED_WAIT = 2_147_483_647;

export interface SessionOptions {
  readonly children: SqliteChildren;
  readonly file: string;
  /** The file does not exist yet: the session makes it. */
  readonly isNew: boolean;
  readonly options: ConnectOptions;
  readonly signal: AbortSignal;
}

/** `busy`: another connection is in the way, nothing was done. `statement`: which one of a script was refused. */
export type Asked<K extends CallName> =
  | Exclude<SqlOutcome<ChildCalls[K]['out']>, { type: 'refused' }>
  | (Refused & { readonly statement?: number })
  | { readonly type: 'busy' };

export type Worker = ReturnType<typeof createWorker>;

/** The child process as a thing that answers with outcomes: starts it when needed, kills it on abort or timeout. */
export function createWorker({ children, file, isNew, options }: SessionOptions) {
  let child: ChildHandle | undefined;
  let isWrittenAhead = false;
  let version = '';
  let lost: string | undefined;
  let inFlight: CallName | undefined;
  /** The last request of the usual kind, and everything that was asked. */
  let asked: Promise<unknown> = Promise.resolve();
  let idle: Promise<unknown> = Promise.resolve();

  const kill = async () => {
    const dying = child;
    child = undefined;
    await dying?.kill();
    if (dying) isWrittenAhead = dying.hasWrittenAhead();
  };

  async function callOnce<K extends CallName>(call: K, input: ChildCalls[K]['in']): Promise<CallResult<K>> {
    if (!child) {
      child = children.start(options.marker, options.onNotice);
      const opened = await child.call('open', { file, mode: options.mode, isNew, isWrittenAhead });
      if (opened.type !== 'done') {
        if (opened.type !== 'died') await kill();
        return opened;
      }
      version = opened.value.version;
    }
    return child.call(call, input);
  }

  async function askNow<K extends CallName>(
    call: K,
    input: ChildCalls[K]['in'],
    limits: Limits,
    signal: AbortSignal | undefined,
  ): Promise<Asked<K>> {
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    inFlight = call;
    const stop = stopAfter(limits.timeoutMs, signal);
    const result = await Promise.race([callOnce(call, input), stop.promise]);
    stop.dispose();
    inFlight = undefined;
    if (result.type === 'stopped') {
      const statement = child?.statement();
      await kill();
      const message = result.cause === 'timeout' ? `No answer within ${limits.timeoutMs} ms.` : 'Cancelled.';
      return { ...refused(result.cause, message), ...(statement !== undefined && { statement }) };
    }
    if (result.type === 'died') {
      lost = result.message;
      await kill();
      return { type: 'lost', message: result.message };
    }
    return result;
  }

  return {
    version: () => version,
    isRunning: () => child !== undefined,
    isLost: () => lost !== undefined,
    /** One request after the other, whatever the caller does. */
    ask<K extends CallName>(
      call: K,
      input: ChildCalls[K]['in'],
      limits: Limits,
      signal?: AbortSignal,
    ): Promise<Asked<K>> {
      const answer = idle.then(() => askNow(call, input, limits, signal));
      asked = answer.then(
        () => undefined,
        () => undefined, // the caller has the failure
      );
      idle = asked;
      return answer;
    },
    /** A request that may be sent before those of its kind are answered; everything else waits for it. */
    askInTurn<T>(work: (running: ChildHandle | undefined) => Promise<T>): Promise<T> {
      const running = asked.then(() => work(lost === undefined ? child : undefined));
      // Nothing is kept of the answers. The caller has the failure.
      idle = Promise.all([idle, running]).then(
        () => undefined,
        () => undefined,
      );
      return running;
    },
    /** For who is asking in turn already. */
    askNow,
    kill,
    lose(message: string) {
      lost ??= message;
    },
    /** Ends the process; a COMMIT in flight is waited for, everything else is rolled back. */
    async end(): Promise<void> {
      if (inFlight === 'commit' || inFlight === 'commitMigrations') await idle;
      else if (inFlight !== undefined) await kill();
      // One that was ended in the middle has left the file as no other program knows it.
      if (!child && isWrittenAhead)
        await Promise.race([callOnce('ping', undefined), delay(2_000, undefined, { ref: false })]);
      const closing = child;
      if (closing) await Promise.race([closing.call('close', undefined), delay(2_000, undefined, { ref: false })]);
      lost ??= 'The session is closed.';
      await kill();
    },
  };
}

export interface Stop {
  readonly promise: Promise<{ readonly type: 'stopped'; readonly cause: 'timeout' | 'cancelled' }>;
  dispose(): void;
}

export function stopAfter(timeoutMs: number | undefined, signal: AbortSignal | undefined): Stop {
  let dispose = () => {};
  const promise = new Promise<{ type: 'stopped'; cause: 'timeout' | 'cancelled' }>((resolve) => {
    const onAbort = () => resolve({ type: 'stopped', cause: 'cancelled' });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => resolve({ type: 'stopped', cause: 'timeout' }), Math.min(timeoutMs, UNBOUNDED_WAIT));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    dispose = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  return { promise, dispose: () => dispose() };
}
