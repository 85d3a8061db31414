import type { Client } from 'pg';
import type { Limits, SqlOutcome } from '../../core/index.ts';
import { done, type Refused, refused } from '../sql-refusal.ts';
import { requestCancel, type SessionKey } from './cancel-request.ts';
import {
  createExchange,
  type ExchangeEnd,
  type ExchangeListener,
  type StepResult,
  type TransactionStatus,
} from './exchange.ts';
import { createKeptStatements } from './kept-statements.ts';
import { destroy, type PostgresqlConnection } from './open-client.ts';
import { sqlError } from './sql-error.ts';
import type { Step } from './step.ts';
import type { TlsAttempt } from './tls.ts';

/** The server's own timer should fire first; ours follows when it does not. Milliseconds. */
const GRACE = 500;
/** How long the server may take to confirm a cancel before the connection counts as lost; milliseconds. */
const CANCEL_WAIT = 10_000;
const QUERY_CANCELED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';

/** How a request may end before its answer. A COMMIT has neither. */
export interface Bounds extends Limits {
  readonly signal: AbortSignal | undefined;
}

/** `step`: the one that was refused; undefined where nothing was sent. */
export type ExchangeOutcome =
  | Exclude<SqlOutcome<readonly StepResult[]>, { type: 'refused' }>
  | (Refused & { readonly step: number | undefined });

/** A place in an exchange that is told at once. Nothing ends what comes before it; from there on the bounds count. */
export interface Milestone {
  /** How many steps come before it. */
  readonly steps: number;
  reached(results: readonly StepResult[]): void;
}

/** A connection that carries one exchange at a time and knows when it is lost. */
export interface WireSession {
  /** Sends the steps in one round trip, after those before it. */
  exchange(steps: readonly Step[], bounds: Bounds, milestone?: Milestone): Promise<ExchangeOutcome>;
  status(): TransactionStatus;
  /** Why the connection is gone; undefined while it is there. */
  lost(): string | undefined;
  /** Refuses what cannot be done now; a session that is lost says only that. */
  refuse(message: string): Exclude<SqlOutcome<never>, { type: 'done' }>;
  isBusy(): boolean;
  /** Asks the server to give up what it is doing. */
  cancel(): Promise<void>;
  gone(message: string): void;
  end(): Promise<void>;
}

export function createWireSession(client: Client, connection: PostgresqlConnection, tls: TlsAttempt): WireSession {
  let lost: string | undefined;
  let status: TransactionStatus = 'I';
  let onLost: (() => void) | undefined;
  const kept = createKeptStatements();
  let idle: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const gone = (message: string) => {
    lost ??= message;
    onLost?.();
  };
  const cancel = () => requestCancel(connection, tls, client as unknown as SessionKey, CANCEL_WAIT);

  async function exchangeNow(
    steps: readonly Step[],
    bounds: Bounds,
    milestone: Milestone | undefined,
  ): Promise<ExchangeOutcome> {
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (!milestone && bounds.signal?.aborted)
      return { ...refused('cancelled', 'Cancelled before it was sent.'), step: undefined };
    let last: ExchangeEnd | undefined;
    let said: string | undefined;
    let passed = (): void => undefined;
    const passing = new Promise<void>((resolve) => {
      passed = resolve;
    });
    const ended = new Promise<'ended'>((resolve) => {
      onLost = () => resolve('ended');
      const listener: ExchangeListener = {
        reached(results) {
          milestone?.reached(results);
          passed();
        },
        end(end) {
          last = end;
          resolve('ended');
        },
        error({ message }) {
          said = message;
        },
      };
      client.query(createExchange(steps, kept, listener, milestone?.steps));
    });
    if (milestone) await Promise.race([ended, passing]);
    const started = performance.now();
    const stop = stopAfter(bounds);
    const first = await Promise.race([ended, stop.promise]);
    stop.dispose();
    if (first !== 'ended') {
      const cancelled = cancel();
      const confirmed = await Promise.race([ended, timer(CANCEL_WAIT)]);
      if (confirmed !== 'ended') {
        destroy(client);
        gone('the server did not confirm the cancel');
      }
      // A cancel that is still under way could hit the next statement.
      await cancelled;
    }
    onLost = undefined;
    if (!last) return { type: 'lost', message: said ?? lost ?? 'the connection was closed' };
    status = last.status;
    if (last.type === 'done') return { type: 'done', value: last.results };
    return {
      type: 'refused',
      cause: causeOf(last.error.code, first, bounds, performance.now() - started),
      error: sqlError(last.error, steps[last.step]?.isScript ? steps[last.step]?.text : undefined),
      step: last.step,
    };
  }

  return {
    gone,
    cancel,
    status: () => status,
    lost: () => lost,
    refuse: (message) => (lost === undefined ? refused('error', message) : { type: 'lost', message: lost }),
    isBusy: () => waiting > 0,
    exchange(steps, bounds, milestone) {
      waiting += 1;
      const running = idle.then(() => exchangeNow(steps, bounds, milestone));
      idle = running.then(
        () => undefined,
        () => undefined, // the caller has the failure
      );
      return running.finally(() => {
        waiting -= 1;
      });
    },
    async end() {
      await Promise.race([idle, timer(CANCEL_WAIT)]);
      const isOver = lost !== undefined;
      lost ??= 'The session is closed.';
      if (!isOver) await Promise.race([client.end(), timer(2_000)]);
      destroy(client);
    },
  };
}

function causeOf(
  code: string | undefined,
  first: 'ended' | 'timeout' | 'cancelled',
  { timeoutMs }: Bounds,
  elapsedMs: number,
): Refused['cause'] {
  if (code === LOCK_NOT_AVAILABLE) return 'lock-timeout';
  if (code !== QUERY_CANCELED) return 'error';
  if (first !== 'ended') return first;
  // The server's own timer, which started a little later than ours.
  return timeoutMs !== undefined && elapsedMs >= timeoutMs * 0.8 ? 'timeout' : 'error';
}

function stopAfter({ timeoutMs, signal }: Bounds) {
  let dispose = () => {};
  const promise = new Promise<'timeout' | 'cancelled'>((resolve) => {
    const onAbort = () => resolve('cancelled');
    const timeout =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => resolve('timeout'), Math.min(timeoutMs + GRACE, 2 ** 31 - 1));
    signal?.addEventListener('abort', onAbort, { once: true });
    dispose = () => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  return { promise, dispose: () => dispose() };
}

const timer = (ms: number): Promise<'late'> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref();
  });

/** A time limit as the server's timers take it. */
export const serverMs = (timeoutMs: number): number => Math.min(Math.max(1, Math.ceil(timeoutMs)), 2 ** 31 - 1);

/** Without what came back, and without the step that was refused. */
export const nothing = (outcome: ExchangeOutcome | SqlOutcome<unknown>): SqlOutcome<void> =>
  outcome.type === 'done' ? done() : plain(outcome);

/** What did not come through, as the port has it. */
export const plain = (
  outcome: Exclude<ExchangeOutcome | SqlOutcome<unknown>, { type: 'done' }>,
): Exclude<SqlOutcome<never>, { type: 'done' }> =>
  outcome.type === 'lost' ? outcome : { type: 'refused', cause: outcome.cause, error: outcome.error };
