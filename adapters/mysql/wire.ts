import type { Connection } from 'mysql2';
import type { Limits, SqlOutcome } from '../../core/index.ts';
import { type Refused, refused } from '../sql-refusal.ts';
import { type MysqlError, messageOf } from './connect-failure.ts';
import { destroy } from './open-connection.ts';
import { ERROR, endsConnection, sqlError } from './sql-error.ts';

/** The server's own timer should fire first where it has one; ours follows when it does not. Milliseconds. */
const GRACE = 500;
/** How long the server may take to confirm that it gave up before the connection counts as lost; milliseconds. */
const CANCEL_WAIT = 10_000;

/** What the server answered to one statement. */
export interface Answer {
  /** Of the first result set. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The server's status flags after the statement; undefined where it ended with rows, which do not tell. */
  readonly status: number | undefined;
  /** Undefined where the statement ended with rows, which do not tell. */
  readonly warnings: number | undefined;
  /** Rows that an UPDATE found, changed or not. */
  readonly matched: number;
}

/** How a request may end before its answer. A COMMIT has neither. */
export interface Bounds extends Partial<Limits> {
  readonly signal?: AbortSignal | undefined;
  /** Whether the server has a timer for this statement too. */
  readonly serverTimer?: boolean;
  /** Rows to keep; the query is ended when there are more. Every row is kept where it is left out. */
  readonly maxRows?: number;
}

/** A connection that carries one statement at a time and knows when it is lost. */
export interface Wire {
  /** The server's number of the session. */
  readonly id: number;
  send(sql: string, bounds?: Bounds): Promise<SqlOutcome<Answer>>;
  /** Why the connection is gone; undefined while it is there. */
  lost(): string | undefined;
  isBusy(): boolean;
  /** A text as a literal in this session's SQL. */
  quote(text: string): string;
  end(): Promise<void>;
}

export interface WireParts {
  readonly connection: Connection;
  readonly id: number;
  /** Asks the server, on another connection, to give up what the session is doing; resolves when it has heard. */
  readonly kill: (id: number) => Promise<void>;
}

type Exchanged = { readonly answer: Answer; readonly error: MysqlError | undefined };

export function createWire({ connection, id, kill }: WireParts): Wire {
  let lost: string | undefined;
  let onLost: (() => void) | undefined;
  let idle: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const gone = (message: string) => {
    lost ??= message;
    onLost?.();
  };
  connection.on('error', (error) => gone(messageOf(error)));
  connection.on('end', () => gone('the server closed the connection'));

  /** Ends as undefined where the connection is gone. */
  function exchange(sql: string, keep: number, onOverflow: () => void): Promise<Exchanged | undefined> {
    return new Promise((resolve) => {
      onLost = () => resolve(undefined);
      const collected = collectAnswer(keep, onOverflow);
      const query = connection.query(sql);
      query.on('fields', collected.fields);
      query.on('result', collected.result);
      query.on('error', (error: MysqlError) => {
        if (endsConnection(error)) gone(error.sqlMessage ?? messageOf(error));
        else resolve({ answer: collected.answer(), error });
      });
      query.on('end', () => resolve({ answer: collected.answer(), error: undefined }));
    });
  }

  async function sendNow(sql: string, bounds: Bounds): Promise<SqlOutcome<Answer>> {
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    const stop = stopAfter(bounds);
    const exchanged = exchange(sql, bounds.maxRows ?? Number.POSITIVE_INFINITY, stop.overflow);
    const first = await Promise.race([exchanged.then(() => 'ended' as const), stop.promise]);
    stop.dispose();
    if (first !== 'ended') await giveUp(exchanged);
    const ended = await exchanged;
    onLost = undefined;
    if (!ended) return { type: 'lost', message: lost ?? 'the connection was closed' };
    const { answer, error } = ended;
    if (!error || (first === 'overflow' && error.errno === ERROR.interrupted)) return { type: 'done', value: answer };
    return { type: 'refused', cause: causeOf(error, first, bounds), error: sqlError(error, sql) };
  }

  async function giveUp(exchanged: Promise<unknown>): Promise<void> {
    const killed = kill(id);
    await answered(exchanged);
    await killed;
    // A cancel that came too late for its statement hits this one.
    if (lost === undefined) await answered(exchange('DO 0', 0, () => {}));
  }

  async function answered(exchanged: Promise<unknown>): Promise<void> {
    if ((await Promise.race([exchanged, timer(CANCEL_WAIT)])) !== 'late') return;
    destroy(connection);
    gone('the server did not confirm the cancel');
  }

  return {
    id,
    lost: () => lost,
    isBusy: () => waiting > 0,
    quote: (text) => connection.escape(text),
    send(sql, bounds = {}) {
      waiting += 1;
      const running = idle.then(() => sendNow(sql, bounds));
      idle = running.then(
        () => undefined,
        () => undefined, // the caller has the failure
      );
      return running.finally(() => {
        waiting -= 1;
      });
    },
    async end() {
      if (waiting > 0) await kill(id);
      await Promise.race([idle, timer(CANCEL_WAIT)]);
      const isOver = lost !== undefined;
      lost ??= 'The session is closed.';
      if (!isOver) await Promise.race([new Promise<void>((resolve) => connection.end(() => resolve())), timer(2_000)]);
      destroy(connection);
    },
  };
}

/** What the driver gives for a statement that ends without rows. */
interface Ok {
  readonly serverStatus?: number;
  readonly warningStatus?: number;
  readonly info?: string;
}

function collectAnswer(keep: number, onOverflow: () => void) {
  let columns: readonly string[] | undefined;
  let sets = 0;
  const rows: (readonly unknown[])[] = [];
  let overflowed = false;
  let last: Ok | undefined;
  return {
    fields(fields: readonly { readonly name: string }[] | undefined) {
      if (!fields) return;
      sets += 1;
      last = undefined;
      columns ??= fields.map(({ name }) => name);
    },
    result(result: unknown) {
      if (!Array.isArray(result)) last = result as Ok;
      else if (sets === 1 && rows.length < keep) rows.push(result);
      else if (sets === 1 && !overflowed) {
        overflowed = true;
        onOverflow();
      }
    },
    answer: (): Answer => ({
      columns: columns ?? [],
      rows,
      status: last?.serverStatus,
      warnings: last?.warningStatus,
      matched: Number(/^Rows matched: (\d+)/.exec(last?.info ?? '')?.[1] ?? 0),
    }),
  };
}

type Stop = 'timeout' | 'cancelled' | 'overflow';

function causeOf(
  { errno }: MysqlError,
  first: 'ended' | Stop,
  { timeoutMs }: Bounds,
): Exclude<Refused['cause'], undefined> {
  switch (errno) {
    case ERROR.lockWaitTimeout:
      return 'lock-timeout';
    case ERROR.interrupted:
      return first === 'timeout' || first === 'cancelled' ? first : 'error';
    // The server's own timer, unless a script has set one of its own.
    case ERROR.statementTimeout:
    case ERROR.executionTimeout:
      return timeoutMs === undefined ? 'error' : 'timeout';
    default:
      return 'error';
  }
}

function stopAfter({ timeoutMs, signal, serverTimer }: Bounds) {
  let overflow = () => {};
  let dispose = () => {};
  const promise = new Promise<Stop>((resolve) => {
    const onAbort = () => resolve('cancelled');
    const grace = serverTimer ? GRACE : 0;
    const timeout =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => resolve('timeout'), Math.min(timeoutMs + grace, 2 ** 31 - 1));
    signal?.addEventListener('abort', onAbort, { once: true });
    overflow = () => resolve('overflow');
    dispose = () => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  return { promise, overflow: () => overflow(), dispose: () => dispose() };
}

const timer = (ms: number): Promise<'late'> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref();
  });

export const nothing = (outcome: SqlOutcome<unknown>): SqlOutcome<void> =>
  outcome.type === 'done' ? { type: 'done', value: undefined } : outcome;
