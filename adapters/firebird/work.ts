import { parseRecordCounts } from 'node-firebird/lib/wire/xsqlvar.js';
import type { SqlError } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import type { Callback, Driver, DriverStatement, DriverTransaction, FetchedRows } from './driver.ts';

/** Kinds of statements, as the server tells them of one that is prepared. */
export const KIND = {
  select: 1,
  procedure: 8,
  startTransaction: 9,
  commit: 10,
  rollback: 11,
  selectForUpdate: 12,
  savepoint: 14,
} as const;

/** `isc_info_sql_records`: how many rows a statement has changed. */
const RECORDS: readonly number[] = [23];
const ROWS_AT_ONCE = 200;

/** What we refuse ourselves, in the midst of a transaction, which is then rolled back. */
export class Refusal extends Error {
  readonly error: SqlError;
  constructor(error: SqlError) {
    super(error.message);
    this.error = error;
  }
}

export interface Ran {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows that were inserted, updated or deleted. */
  readonly changed: number;
}

export interface RunOptions {
  /** Rows to keep; no more are fetched. None where it is left out. */
  readonly maxRows?: number;
  /** A statement of a script: errors count from its first character, and all its rows are fetched, so that whatever they do is done. */
  readonly isScript?: boolean;
  /** A query of a plan: errors count from its first character. */
  readonly isQuery?: boolean;
  /** Why a statement of that kind is not run. */
  readonly refuse?: (kind: number) => SqlError | undefined;
}

/** What can be done inside a transaction. */
export interface Work {
  run(sql: string, values?: readonly unknown[], options?: RunOptions): Promise<Ran>;
}

type Call = <T>(send: (callback: Callback<T>) => void) => Promise<T>;

export function createWork(driver: Driver, transaction: DriverTransaction, call: Call): Work {
  async function run(sql: string, values: readonly unknown[], options: RunOptions): Promise<Ran> {
    const statement = await call<DriverStatement>((callback) => driver.prepare(transaction, sql, false, callback));
    try {
      const refusal = options.refuse?.(statement.type);
      if (refusal) throw new Refusal(refusal);
      if (statement.input?.length !== undefined && statement.input.length !== values.length)
        throw new Refusal(sqlErrorOf('The statement has parameters (?), and nobody here has values for them.'));
      const first = await call<FetchedRows | undefined>((callback) =>
        statement.execute(transaction, values, callback, { asObject: false }),
      );
      const rows = await rowsOf(statement, first, options);
      const columns = statement.output?.map(({ alias }) => alias ?? '') ?? [];
      return { columns, rows, changed: await changedBy(statement, options) };
    } finally {
      // Sent with the next request; where there is none, the connection is gone or ends.
      driver.dropStatement(statement, undefined);
    }
  }

  async function rowsOf(
    statement: DriverStatement,
    first: FetchedRows | undefined,
    { maxRows = 0, isScript = false }: RunOptions,
  ): Promise<unknown[][]> {
    const rows: unknown[][] = [];
    const keep = async (fetched: FetchedRows | undefined) => {
      const wanted = fetched?.data?.slice(0, maxRows - rows.length) ?? [];
      if (fetched && wanted.length > 0) await readBlobs(fetched, wanted);
      rows.push(...wanted);
    };
    if (statement.type === KIND.procedure) await keep(first);
    if (statement.type !== KIND.select && statement.type !== KIND.selectForUpdate) return rows;
    for (let isOver = false; !isOver && (isScript || rows.length < maxRows); ) {
      const count = isScript ? ROWS_AT_ONCE : Math.min(ROWS_AT_ONCE, maxRows - rows.length);
      const fetched = await call<FetchedRows | undefined>((callback) =>
        driver.fetch(statement, transaction, count, callback),
      );
      isOver = fetched?.fetched === true || fetched === undefined;
      await keep(fetched);
    }
    return rows;
  }

  /** Texts are put in the place of their blobs; other blobs become bytes. */
  async function readBlobs(fetched: FetchedRows, rows: unknown[][]): Promise<void> {
    await call<void>((callback) => driver.resolveTextBlobs(transaction, fetched, callback));
    for (const row of rows) {
      for (const [i, value] of row.entries()) if (typeof value === 'function') row[i] = await readBytes(value);
    }
  }

  function readBytes(open: unknown): Promise<Buffer> {
    return call<Buffer>((callback) => {
      (open as OpenBlob)(transaction, (error, _name, blob) => {
        if (error) return callback(error, Buffer.alloc(0));
        const chunks: Buffer[] = [];
        blob.on('data', (chunk) => chunks.push(chunk as Buffer));
        blob.on('error', (failure) => callback(failure as Error, Buffer.alloc(0)));
        blob.on('end', () => callback(undefined, Buffer.concat(chunks)));
      });
    });
  }

  async function changedBy(statement: DriverStatement, { isScript = false }: RunOptions): Promise<number> {
    if (isScript || statement.type < 2 || statement.type > 4) return 0;
    const info = await call<{ readonly buffer?: Buffer }>((callback) =>
      driver.statementInfo(statement, RECORDS, callback),
    );
    const { insertCount, updateCount, deleteCount } = parseRecordCounts(info.buffer);
    return insertCount + updateCount + deleteCount;
  }

  return {
    run: (sql, values = [], options = {}) =>
      run(sql, values, options).catch((error: Error) => {
        throw options.isScript || options.isQuery ? Object.assign(error, { statement: sql }) : error;
      }),
  };
}

type OpenBlob = (
  transaction: DriverTransaction,
  callback: (
    error: Error | undefined,
    name: unknown,
    blob: { on(event: 'data' | 'end' | 'error', listener: (value?: unknown) => void): void },
  ) => void,
) => void;
