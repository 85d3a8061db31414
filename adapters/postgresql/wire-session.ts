import type { Client } from 'pg';
import type { SqlOutcome } from '../../core/index.ts';
import { done, refused } from '../sql-refusal.ts';
import { type Bounds, type ExchangeOutcome, refusal, type Stopped, stopAfter } from './bounds.ts';
import { requestCancel, type SessionKey } from './cancel-request.ts';
import { createExchange, type ExchangeEnd, type StepResult, type TransactionStatus } from './exchange.ts';
import { createKeptStatements } from './kept-statements.ts';
import { destroy, type PostgresqlConnection } from './open-client.ts';
import { type BegunExchange, createPipeline, type Pipeline } from './pipeline.ts';
import type { Step } from './step.ts';
import type { TlsAttempt } from './tls.ts';

/** How long the server may take to confirm a cancel before the connection counts as lost; milliseconds. */
const CANCEL_WAIT = 10_000;

/** A connection that carries one exchange at a time and knows when it is lost. */
export interface WireSession {
  /** Sends the steps in one round trip, after those before it. */
  exchange(steps: readonly Step[], bounds: Bounds): Promise<ExchangeOutcome>;
  /** Opens a pipeline as soon as nothing else is under way; until it is closed and ready, whatever else is asked for waits. */
  pipeline(): Pipeline;
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
  let said: string | undefined;
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

  /** Begins once what was asked for before is over. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    waiting += 1;
    const running = idle.then(work);
    idle = running.then(
      () => undefined,
      () => undefined, // the caller has the failure
    );
    return running.finally(() => {
      waiting -= 1;
    });
  }

  /** Gives up what the server does, if it still does it: what it has not confirmed in time is lost. */
  async function giveUp(ended: Promise<unknown>): Promise<void> {
    const cancelled = cancel();
    const confirmed = await Promise.race([ended, timer(CANCEL_WAIT)]);
    if (confirmed === 'late') {
      destroy(client);
      gone('the server did not confirm the cancel');
    }
    // A cancel that is still under way could hit the next statement.
    await cancelled;
  }

  /** An exchange of one or more segments, whose end the session has before anybody else: undefined where the connection went away. */
  function begin(): BegunExchange {
    let tell = (_end: ExchangeEnd | undefined): void => undefined;
    const ended = new Promise<ExchangeEnd | undefined>((resolve) => {
      tell = resolve;
    });
    const exchange = createExchange(kept, {
      end(end) {
        status = end.status;
        said = undefined;
        onLost = undefined;
        tell(end);
      },
      error({ message }) {
        said = message;
      },
    });
    const start = () => {
      onLost = () => tell(undefined);
      client.query(exchange);
    };
    return { exchange, ended, start };
  }

  const whyLost = () => ({ type: 'lost', message: said ?? lost ?? 'the connection was closed' }) as const;

  async function exchangeNow(steps: readonly Step[], bounds: Bounds): Promise<ExchangeOutcome> {
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return { ...refused('cancelled', 'Cancelled before it was sent.'), step: undefined };
    const { exchange, ended, start } = begin();
    let results: readonly StepResult[] = [];
    const done = (all: readonly StepResult[]) => {
      results = all;
    };
    exchange.add({ steps, done });
    exchange.close();
    const started = performance.now();
    let dispose = () => {};
    const stopped = new Promise<Stopped>((resolve) => {
      dispose = stopAfter(bounds, resolve);
    });
    start();
    const first = await Promise.race([ended.then(() => undefined), stopped]);
    dispose();
    if (first) await giveUp(ended);
    const end = await ended;
    if (!end) return whyLost();
    return end.type === 'done'
      ? { type: 'done', value: results }
      : refusal(end, steps, first, bounds, performance.now() - started);
  }

  return {
    gone,
    cancel,
    status: () => status,
    lost: () => lost,
    refuse: (message) => (lost === undefined ? refused('error', message) : { type: 'lost', message: lost }),
    isBusy: () => waiting > 0,
    exchange: (steps, bounds) => inTurn(() => exchangeNow(steps, bounds)),
    pipeline() {
      const { run, ...pipeline } = createPipeline(begin(), { giveUp, whyLost, isLost: () => lost !== undefined });
      void inTurn(run);
      return pipeline;
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

const timer = (ms: number): Promise<'late'> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref();
  });

/** Without what came back, and without the step that was refused. */
export const nothing = (outcome: ExchangeOutcome | SqlOutcome<unknown>): SqlOutcome<void> =>
  outcome.type === 'done' ? done() : plain(outcome);

/** What did not come through, as the port has it. */
export const plain = (
  outcome: Exclude<ExchangeOutcome | SqlOutcome<unknown>, { type: 'done' }>,
): Exclude<SqlOutcome<never>, { type: 'done' }> =>
  outcome.type === 'lost' ? outcome : { type: 'refused', cause: outcome.cause, error: outcome.error };
