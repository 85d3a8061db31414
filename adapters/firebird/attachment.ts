import type { SqlOutcome } from '../../core/index.ts';
import { type Refused, refused } from '../sql-refusal.ts';
import type {
  Callback,
  Driver,
  DriverStatement,
  DriverTransaction,
  ServerError,
  TransactionOptions,
} from './driver.ts';
import { GDS, hasCode, isLockConflict, isSessionEnd, sqlError, statusOf } from './sql-error.ts';
import { type Bounds, CANCEL_WAIT, type Stop, stopAfter, type Why } from './stop-after.ts';
import { createWork, Refusal, type Work } from './work.ts';

/** How long a request of our own waits for a lock; milliseconds. */
const OWN_LOCK_WAIT = 30_000;
/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;
const NO_STATEMENT: DriverStatement = { handle: 0x7fff, type: 0, execute: () => {} };
/** Kinds of `op_cancel`: what is pending is forgotten, cancels count again, end what is running. */
const CANCEL = { forget: 1, enable: 2, raise: 3 } as const;
/** `isc_tpb_read_committed`, `isc_tpb_rec_version`: a statement sees what was committed before it. */
const READ_COMMITTED: readonly number[] = [15, 17];

export type TransactionKind = 'read' | 'write';

/** One attachment to a database: one request at a time, and it knows when it is lost. */
export interface Attachment {
  /** Does the work in a transaction of its own, which is committed; that of `read` can change nothing and is rolled back. */
  transact<T>(kind: TransactionKind, bounds: Bounds, work: (work: Work) => Promise<T>): Promise<SqlOutcome<T>>;
  /**
   * As `transact`, in a transaction that waits for nobody and stays open until the attachment ends, where `keep` says so of its value.
   * `onConflict` makes something of the error where somebody else's lock is in the way.
   */
  hold<T>(bounds: Bounds, work: (work: Work) => Promise<T>, onConflict: (error: Error) => T): Promise<SqlOutcome<T>>;
  /** Refuses what cannot be done now; a session that is lost says only that. */
  refuse(message: string): Exclude<SqlOutcome<never>, { type: 'done' }>;
  gone(message: string): void;
  close(): Promise<void>;
}

export function createAttachment(driver: Driver): Attachment {
  let lost: string | undefined;
  let idle: Promise<unknown> = Promise.resolve();
  let current: Stop | undefined;
  const held: DriverTransaction[] = [];
  const onLost = new Set<() => void>();
  const gone = (message: string) => {
    lost ??= message;
    driver._socket.destroy();
    for (const tell of onLost) tell();
  };

  /** One call of the driver, which ends with the connection at the latest. */
  function call<T>(send: (callback: Callback<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const tell = () => end(() => reject(new Lost(lost ?? '')));
      const end = (then: () => void) => {
        onLost.delete(tell);
        then();
      };
      onLost.add(tell);
      if (lost !== undefined) return tell();
      send((error, value) => end(() => (error ? reject(error) : resolve(value))));
    });
  }

  async function undo(transaction: DriverTransaction): Promise<void> {
    // A cancel that comes late must not hit the rollback.
    driver.cancelOperation(CANCEL.forget, () => {});
    const late = setTimeout(() => gone('the server did not answer a rollback'), ROLLBACK_WAIT);
    await call<unknown>((callback) => driver.rollback(transaction, callback)).finally(() => clearTimeout(late));
    driver.cancelOperation(CANCEL.enable, () => {});
  }

  async function inTransaction<T>(
    options: TransactionOptions,
    bounds: Bounds,
    work: (work: Work) => Promise<T>,
    end: (transaction: DriverTransaction) => Promise<void>,
  ): Promise<SqlOutcome<T>> {
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    let transaction: DriverTransaction | undefined;
    const stop = stopAfter(bounds, {
      raise: () => driver.cancelOperation(CANCEL.raise, () => {}),
      // Of a statement that there is not: the answer is an error that nobody needs.
      nudge: () => driver.statementInfo(NO_STATEMENT, [], () => {}),
      giveUp: gone,
    });
    current = stop;
    const bounded = <U>(send: (callback: Callback<U>) => void): Promise<U> => {
      const cause = stop.cause();
      return cause ? Promise.reject(new Stopped(cause)) : call(send);
    };
    try {
      const begun = await bounded<DriverTransaction>((callback) => driver.startTransaction(options, callback));
      transaction = begun;
      const value = await work(createWork(driver, begun, bounded));
      if (stop.cause()) throw new Stopped(stop.cause() as Why);
      await end(begun);
      transaction = undefined;
      return { type: 'done', value };
    } catch (error) {
      stop.dispose();
      return await failed(error as Error, transaction, stop.cause());
    } finally {
      stop.dispose();
      current = undefined;
      if (stop.cause() && lost === undefined) {
        driver.cancelOperation(CANCEL.forget, () => {});
        driver.cancelOperation(CANCEL.enable, () => {});
      }
    }
  }

  async function failed(
    error: Error,
    transaction: DriverTransaction | undefined,
    stopped: Why | undefined,
  ): Promise<SqlOutcome<never>> {
    if (error instanceof Lost) return { type: 'lost', message: error.message };
    const isKnown = error instanceof Stopped || error instanceof Refusal || statusOf(error).length > 0;
    if (isSessionEnd(error) || !isKnown) gone(sqlError(error, undefined).message);
    try {
      if (transaction && lost === undefined) await undo(transaction);
    } catch (second) {
      if (!(second instanceof Lost)) gone(sqlError(second as Error, undefined).message);
    }
    if (lost !== undefined) return { type: 'lost', message: lost };
    return refusalOf(error, stopped);
  }

  function queue<T>(run: () => Promise<SqlOutcome<T>>): Promise<SqlOutcome<T>> {
    const running = idle.then(run);
    idle = running.then(
      () => undefined,
      () => undefined, // the caller has the failure
    );
    return running;
  }

  return {
    gone,
    refuse: (message) => (lost === undefined ? refused('error', message) : { type: 'lost', message: lost }),
    transact: (kind, bounds, work) =>
      queue(() =>
        inTransaction(waitingTransaction(kind, bounds), bounds, work, (transaction) =>
          call<unknown>((callback) =>
            kind === 'read' ? driver.rollback(transaction, callback) : driver.commit(transaction, callback),
          ).then(() => undefined),
        ),
      ),
    hold: (bounds, work, onConflict) =>
      queue(async () => {
        let conflict: Error | undefined;
        const outcome = await inTransaction(
          { isolation: READ_COMMITTED, readOnly: false, wait: false, waitTimeout: 0 },
          bounds,
          (one) =>
            work(one).catch((error: Error) => {
              if (isLockConflict(error)) conflict = error;
              throw error;
            }),
          async (transaction) => {
            held.push(transaction);
          },
        );
        return outcome.type === 'refused' && conflict ? { type: 'done', value: onConflict(conflict) } : outcome;
      }),
    async close() {
      if (lost === undefined) current?.cancel();
      await Promise.race([idle, timer(CANCEL_WAIT)]);
      const isOver = lost !== undefined;
      lost ??= 'The session is closed.';
      if (!isOver) await Promise.race([detach(), timer(2_000)]);
      driver._socket.destroy();
    },
  };

  /** The server detaches nobody who has a transaction open. */
  async function detach(): Promise<void> {
    for (const transaction of held) await answered((callback) => driver.rollback(transaction, callback));
    await answered((callback) => driver.detach(callback));
  }
}

/** Waits for the answer, whatever it says: the socket is destroyed next. */
const answered = (send: (callback: Callback<unknown>) => void): Promise<void> =>
  new Promise((resolve) => {
    send(() => resolve());
  });

class Lost extends Error {}

/** Ended by us, between two calls of the driver. */
class Stopped extends Error {
  readonly why: Why;
  constructor(why: Why) {
    super(why === 'timeout' ? 'The time limit ended it.' : 'It was cancelled.');
    this.why = why;
  }
}

function refusalOf(error: Error, stopped: Why | undefined): Refused {
  if (error instanceof Refusal) return { type: 'refused', cause: 'error', error: error.error };
  const told = sqlError(error, (error as ServerError & { readonly statement?: string }).statement);
  const cause = error instanceof Stopped ? error.why : causeOf(error, stopped);
  return { type: 'refused', cause, error: told };
}

function causeOf(error: Error, stopped: Why | undefined): Refused['cause'] {
  if (stopped && hasCode(error, GDS.cancelled)) return stopped;
  return isLockConflict(error) ? 'lock-timeout' : 'error';
}

/** The server counts whole seconds, and the one that has begun as a whole one. */
function waitingTransaction(kind: TransactionKind, { lockTimeoutMs, timeoutMs }: Bounds): TransactionOptions {
  const wait = Math.min(lockTimeoutMs ?? OWN_LOCK_WAIT, timeoutMs ?? Number.POSITIVE_INFINITY);
  return {
    isolation: READ_COMMITTED,
    readOnly: kind === 'read',
    // 0: nobody is waited for.
    wait: lockTimeoutMs !== 0,
    waitTimeout: Math.min(Math.ceil(wait / 1000) + 1, 2 ** 31 - 1),
  };
}

const timer = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
