import { pathToFileURL } from 'node:url';
import type { Notice } from '../../../core/index.ts';
import type { ChildCalls } from '../child-protocol.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';
import { Refusal, resultCode } from './failure.ts';
import { createForeignKeyGuard } from './foreign-keys.ts';
import { claim, ensureHistory, readHistory, settle } from './history-table.ts';
import { runQuery } from './run-query.ts';

/** Milliseconds that SQLite itself waits for a lock: where the parent asks again, and where it does not. */
const SHORT_WAIT = 25;
const READ_WAIT = 10_000;
const LOCKED = 5;

// biome-ignore lint/suspicious/noConfusingVoidType: it is only the return type of the functions below
type Result<T> = [T] extends [undefined] ? void : T;

/** What the child does, by the name of the call. Throws where the database refuses. */
export type ChildDatabase = {
  readonly [K in Exclude<keyof ChildCalls, 'open'>]: (
    input: ChildCalls[K]['in'],
  ) => Result<ChildCalls[K]['out']> | Promise<Result<ChildCalls[K]['out']>>;
} & { readonly version: string };

/** Opens the file in place with SQLite's own locks. A read-only session never makes a file; an interrupted transaction is rolled back by SQLite as it opens. */
export function openDatabase(
  driver: SqliteDriver,
  { file, mode }: ChildCalls['open']['in'],
  onNotice: (notice: Notice) => void,
): ChildDatabase {
  const location = pathToFileURL(file);
  location.searchParams.set('mode', mode === 'read-only' ? 'rw' : 'rwc');
  const database = new driver.DatabaseSync(location);
  const wait = (ms: number) => database.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.min(ms, 2_147_483_647))}`);
  wait(READ_WAIT);
  const readOnly = (on: boolean) => database.exec(`PRAGMA query_only = ${on ? 1 : 0}`);
  readOnly(mode === 'read-only');
  database.prepare('SELECT count(*) FROM sqlite_schema').get();

  const guard = createForeignKeyGuard(database);
  let foreignKeys = false;
  let statements = 0;
  const inTransaction = () => isInTransaction(database);
  const needTransaction = () => {
    if (!inTransaction()) throw new Refusal('No transaction is open.');
  };
  const needNone = () => {
    if (inTransaction()) throw new Refusal('The transaction of a migration is open.');
  };
  const restoreForeignKeys = () => database.exec(`PRAGMA foreign_keys = ${foreignKeys ? 1 : 0}`);
  const ended = (committed: boolean) => {
    guard.ended(committed);
    restoreForeignKeys();
  };
  const rollback = () => {
    if (!inTransaction()) return;
    database.exec('ROLLBACK');
    ended(false);
  };
  const reading = <T>(work: () => T): T => {
    wait(READ_WAIT);
    return work();
  };

  return {
    version: String(database.prepare('SELECT sqlite_version() AS version').get()?.version),
    ping: () => reading(() => void database.prepare('SELECT 1').get()),
    query({ sql, maxRows, waitMs }) {
      needNone();
      wait(waitMs);
      readOnly(true);
      try {
        return runQuery(database, sql, maxRows);
      } finally {
        if (inTransaction()) database.exec('ROLLBACK');
        readOnly(mode === 'read-only');
      }
    },
    countObjects: () => reading(() => Number(database.prepare(COUNT_OBJECTS).get()?.objects)),
    readHistory: ({ scope }) => reading(() => readHistory(database, scope)),
    ensureHistory: () => reading(() => ensureHistory(database)),
    tryLock() {
      needNone();
      wait(SHORT_WAIT);
      database.exec('BEGIN IMMEDIATE');
      database.exec('ROLLBACK');
    },
    begin() {
      needNone();
      wait(SHORT_WAIT);
      foreignKeys = database.prepare('PRAGMA foreign_keys').get()?.foreign_keys === 1;
      // Inside a transaction this pragma is ignored, and the usual rebuild of a table would delete the rows of its children.
      database.exec('PRAGMA foreign_keys = 0');
      try {
        database.exec('BEGIN IMMEDIATE');
        guard.before();
      } catch (error) {
        rollback();
        restoreForeignKeys();
        throw error;
      }
      statements = 0;
    },
    claim(row) {
      needTransaction();
      return claim(database, row) ? 'claimed' : 'taken';
    },
    execute({ statement, waitMs }) {
      needTransaction();
      wait(waitMs);
      database.exec(statement);
      if (!inTransaction()) throw new Refusal('The statement ended the transaction that its migration runs in.');
      statements += 1;
    },
    settle({ scope, path, executionMs }) {
      needTransaction();
      try {
        if (!settle(database, scope, path, executionMs, statements))
          throw new Refusal(`The history has no row for ${path}: it was not claimed, or the migration deleted it.`);
        const warning = guard.after();
        if (warning) onNotice({ severity: 'WARNING', message: warning });
      } catch (error) {
        rollback();
        throw error;
      }
    },
    commit() {
      needTransaction();
      wait(SHORT_WAIT);
      try {
        database.exec('COMMIT');
      } catch (error) {
        // A reader is in the way: the transaction stays open, and the parent asks again.
        if (((resultCode(error) ?? 0) & 0xff) !== LOCKED) rollback();
        throw error;
      }
      ended(true);
    },
    rollback,
    async backup({ file: copy }) {
      needNone();
      if (driver.backup) await driver.backup(database, copy, { rate: 5_000 });
      else database.prepare('VACUUM INTO ?').run(copy);
    },
    close: () => database.close(),
  };
}

const COUNT_OBJECTS = `SELECT count(*) AS objects FROM sqlite_schema
WHERE type IN ('table', 'view', 'index') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> 'srdeploy_migrations'`;

function isInTransaction(database: SqliteConnection): boolean {
  if (database.isTransaction !== undefined) return database.isTransaction;
  // Older Nodes do not tell: BEGIN is refused inside a transaction, and takes no lock outside of one.
  try {
    database.exec('BEGIN');
  } catch {
    return true; // the only reason for which a deferred BEGIN fails
  }
  database.exec('ROLLBACK');
  return false;
}
