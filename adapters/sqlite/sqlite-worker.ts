import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectOptions, Limits, SqlOutcome } from '../../core/index.ts';
import { type Refused, refused } from '../sql-refusal.ts';
import { type CallResult, type ChildHandle, startChild } from './child-process.ts';
import type { Call, CallName, ChildCalls } from './child-protocol.ts';
import type { SqliteChild } from './sqlite-child.ts';

/** The longest wait that timers and SQLite know; milliseconds. */
export const UNBOUNDED_WAIT = 2_147_483_647;

export interface SessionOptions {
  readonly program: SqliteChild;
  readonly file: string;
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
export function createWorker({ program, file, options }: SessionOptions) {
  let child: ChildHandle | undefined;
  let version = '';
  let lost: string | undefined;
  let inFlight: CallName | undefined;
  let idle: Promise<unknown> = Promise.resolve();

  const kill = async () => {
    const dying = child;
    child = undefined;
    await dying?.kill();
  };

  async function callOnce<K extends CallName>(call: K, input: ChildCalls[K]['in']): Promise<CallResult<K>> {
    if (!child) {
      child = startChild(program, options.marker, options.onNotice);
      const opened = await child.call('open', { file, mode: options.mode });
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
    return settle(call, callOnce(call, input), limits, signal);
  }

  /** The answer of a call that was sent, or what became of it where it had to be ended. */
  async function settle<K extends CallName>(
    call: K,
    answer: Promise<CallResult<K>>,
    limits: Limits,
    signal: AbortSignal | undefined,
  ): Promise<Asked<K>> {
    inFlight = call;
    const stop = stopAfter(limits.timeoutMs, signal);
    const result = await Promise.race([answer, stop.promise]);
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
      const asked = idle.then(() => askNow(call, input, limits, signal));
      idle = asked.catch(() => undefined); // the caller has the failure
      return asked;
    },
    /** A call that nothing ends, and one that follows it as soon as it is done; undefined where it was not, or where no process runs. */
    askThen<K extends CallName>(
      call: K,
      input: ChildCalls[K]['in'],
      then: Call<'openMigration'>,
      limits: Limits,
      signal: AbortSignal,
    ): { readonly first: Promise<Asked<K>>; readonly second: Promise<Asked<'openMigration'> | undefined> } {
      const begun = idle.then(() => (child && lost === undefined ? child.callThen(call, input, then) : undefined));
      const first = begun.then((both) =>
        both ? settle(call, both.first, NO_LIMITS, undefined) : askNow(call, input, NO_LIMITS, undefined),
      );
      const second = first.then(async ({ type }) => {
        const both = await begun;
        if (type !== 'done' || !both) return undefined;
        const answer = both.second.then((result) => result ?? NOT_ANSWERED);
        return settle('openMigration', answer, limits, signal);
      });
      idle = Promise.all([first, second]).catch(() => undefined); // the caller has the failure
      return { first, second };
    },
    /** Ends the process; a COMMIT in flight is waited for, everything else is rolled back. */
    async end(): Promise<void> {
      if (inFlight === 'commit' || inFlight === 'commitMigrations') await idle;
      else if (inFlight !== undefined) await kill();
      const closing = child;
      if (closing) await Promise.race([closing.call('close', undefined), delay(2_000, undefined, { ref: false })]);
      lost ??= 'The session is closed.';
      await kill();
    },
  };
}

const NO_LIMITS: Limits = { timeoutMs: undefined };
const NOT_ANSWERED = { type: 'died', message: 'The process that holds the SQLite database did not answer.' } as const;

interface Stop {
  readonly promise: Promise<{ readonly type: 'stopped'; readonly cause: 'timeout' | 'cancelled' }>;
  dispose(): void;
}

function stopAfter(timeoutMs: number | undefined, signal: AbortSignal | undefined): Stop {
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
