import DriverConnection from 'node-firebird/lib/wire/connection.js';
import { createLoginFilter } from './login-answer.ts';

/** One entry of the status vector that the server answers a refused request with. */
export interface StatusItem {
  readonly gdscode: number;
  readonly params?: readonly (string | number)[];
}

/** What the server reported: the driver keeps the first code only, `openDriver` adds the whole vector. */
export interface ServerError extends Error {
  readonly gdscode?: number;
  status?: readonly StatusItem[];
}

export interface DriverStatement {
  readonly handle: number;
  readonly type: number;
  readonly output?: readonly { readonly alias?: string }[];
  readonly input?: readonly unknown[];
  execute(
    transaction: DriverTransaction,
    values: readonly unknown[],
    callback: Callback<FetchedRows | undefined>,
    options: { readonly asObject: boolean },
  ): void;
}

/** Opaque: only the driver reads it. */
export interface DriverTransaction {
  readonly handle: number;
}

export interface FetchedRows {
  readonly data?: unknown[][];
  /** True where there are no more. */
  readonly fetched?: boolean;
}

export interface TransactionOptions {
  /** Bytes of the transaction parameter block. */
  readonly isolation: readonly number[];
  readonly readOnly: boolean;
  readonly wait: boolean;
  /** Seconds; 0 waits for ever. */
  readonly waitTimeout: number;
}

export type Callback<T> = (error: Error | null | undefined, value: T) => void;

/** The driver's connection, as far as it is used here. */
export interface Driver {
  readonly accept: { readonly protocolVersion: number; readonly sessionKey?: unknown } | undefined;
  readonly _socket: {
    on(event: 'close' | 'error', listener: (error?: Error) => void): void;
    destroy(): void;
    listeners(event: 'data'): ((chunk: Buffer) => void)[];
    removeAllListeners(event: 'data'): void;
    prependListener(event: 'data', listener: (chunk: Buffer) => void): void;
  };
  /** Bytes that are no whole answer yet. */
  readonly _xdr?: { readonly buffer: Buffer };
  _queueEvent(callback: QueueEntry | undefined, defer?: boolean): void;
  connect(options: DriverOptions, callback: Callback<unknown>): void;
  attach(options: DriverOptions, callback: Callback<DriverDatabase>): void;
  detach(callback: Callback<unknown>): void;
  startTransaction(options: TransactionOptions, callback: Callback<DriverTransaction>): void;
  commit(transaction: DriverTransaction, callback: Callback<unknown>): void;
  rollback(transaction: DriverTransaction, callback: Callback<unknown>): void;
  prepare(transaction: DriverTransaction, sql: string, plan: boolean, callback: Callback<DriverStatement>): void;
  fetch(
    statement: DriverStatement,
    transaction: DriverTransaction,
    count: number,
    callback: Callback<FetchedRows | undefined>,
  ): void;
  resolveTextBlobs(transaction: DriverTransaction, rows: FetchedRows, callback: Callback<void>): void;
  statementInfo(
    statement: DriverStatement,
    items: readonly number[],
    callback: Callback<{ readonly buffer?: Buffer }>,
  ): void;
  dropStatement(statement: DriverStatement, callback: undefined): void;
  cancelOperation(kind: number, callback: () => void): void;
}

interface DriverDatabase {
  on(event: 'warning', listener: (warning: { readonly message?: string }) => void): void;
}

interface QueueEntry {
  (error?: ServerError, value?: unknown): void;
  response?: unknown;
  statement?: unknown;
  lazy_count?: number;
}

export interface DriverOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encoding: 'UTF8';
  /** 0: never, 1: where the server does too. */
  readonly wireCrypt: 0 | 1;
  readonly pluginName?: string;
  /** Keeps the driver from connecting again by itself: what was in flight would be forgotten. */
  readonly isPool: true;
  readonly blobAsText: true;
  readonly blobChunkSize: number;
  readonly blobReadChunkSize: number;
  /** Whole numbers that JavaScript cannot hold come as text. */
  readonly numericMode: 'safe';
}

export interface DriverEvents {
  /** The socket is connected, or could not be. Called more than once. */
  opened(error: Error | undefined): void;
  /** The connection went away, or cannot be used any more. */
  gone(message: string): void;
}

/** Opens the driver's connection, up to the socket, with what it lacks: it never throws where nobody listens. */
export function openDriver(options: DriverOptions, on: DriverEvents): Driver {
  const Connection = DriverConnection as unknown as new (
    host: string,
    port: number,
    callback: (error?: Error) => void,
    options: DriverOptions,
  ) => Driver;
  const driver = new Connection(options.host, options.port, (error) => on.opened(error), options);
  guardAnswers(driver, on);
  keepStatus(driver);
  let last = '';
  driver._socket.on('error', (error) => {
    last = error?.message ?? '';
  });
  driver._socket.on('close', () => on.gone(last || 'the connection was closed'));
  return driver;
}

/** Operations that the driver understands as an answer; anything else it would wait behind for ever. */
const ANSWERS: ReadonlySet<number> = new Set([3, 9, 52, 66, 71, 72, 78, 92, 94, 97, 98, 113, 114]);

/** An answer that the driver cannot read would be an uncaught exception, or no answer at all. */
function guardAnswers(driver: Driver, on: DriverEvents): void {
  const readers = driver._socket.listeners('data');
  const passOn = createLoginFilter();
  driver._socket.removeAllListeners('data');
  driver._socket.prependListener('data', (chunk) => {
    try {
      const passed = passOn(chunk);
      if (passed.length === 0) return;
      for (const read of readers) read(passed);
      const rest = driver._xdr?.buffer;
      if (rest && rest.length >= 4 && !ANSWERS.has(rest.readInt32BE(0)))
        throw new Error(
          rest.readInt32BE(0) === 4 ? 'the server rejected the connection' : 'the server gave an unknown answer',
        );
    } catch (error) {
      driver._socket.destroy();
      on.gone(error instanceof Error ? error.message : String(error));
    }
  });
}

/** Hands the whole status vector on with the error that the driver makes of its first entry. */
function keepStatus(driver: Driver): void {
  const send = driver._queueEvent.bind(driver);
  driver._queueEvent = (callback, defer) => {
    if (!callback) return send(callback, defer);
    let last: { readonly status?: readonly StatusItem[] } = {};
    const entry: QueueEntry = (error, value) => {
      if (error instanceof Error && last.status) error.status = last.status;
      callback(error, value);
    };
    // A new one for each reading: an answer that comes in two packets is read twice.
    Object.defineProperty(entry, 'response', {
      get() {
        last = (callback.response as typeof last | undefined) ?? {};
        return last;
      },
    });
    entry.statement = callback.statement;
    if (callback.lazy_count !== undefined) entry.lazy_count = callback.lazy_count;
    return send(entry, defer);
  };
}
