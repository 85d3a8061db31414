import type { ChildCalls } from '../child-protocol.ts';
import { createAlone } from './alone.ts';
import { openConnection, READ_WAIT, SHORT_WAIT } from './connection.ts';
import type { SqliteDriver } from './driver.ts';
import { createForeignKeyGuard } from './foreign-keys.ts';
import { createHistoryTable } from './history-table.ts';
import { createMigrations, type MigrationParts } from './migrations.ts';
import { runQuery } from './run-query.ts';
import { createTransaction } from './transaction.ts';
import { createTurns } from './turns.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: it is only the return type of the functions below
type Result<T> = [T] extends [undefined] ? void : T;

/** What the child does, by the name of the call. Throws where the database refuses. */
export type ChildDatabase = {
  readonly [K in Exclude<keyof ChildCalls, 'open'>]: (
    input: ChildCalls[K]['in'],
  ) => Result<ChildCalls[K]['out']> | Promise<Result<ChildCalls[K]['out']>>;
} & { readonly version: string };

/** A read-only session never makes a file. */
export function openDatabase(
  driver: SqliteDriver,
  input: ChildCalls['open']['in'],
  told: Pick<MigrationParts, 'onNotice' | 'onStatement'> & { readonly onWrittenAhead: (on: boolean) => void },
): ChildDatabase {
  const connection = openConnection(driver, input, told.onWrittenAhead);
  const { database, wait, needNone } = connection;
  const history = createHistoryTable(database, connection.prepared);
  const guard = createForeignKeyGuard(database, connection.prepared);
  const transaction = createTransaction(connection, guard);
  const parts: MigrationParts = { connection, history, guard, transaction, ...told };
  const migrations = createMigrations(parts);
  const reading = <T>(work: () => T): T => {
    wait(READ_WAIT);
    return work();
  };

  return {
    ...migrations,
    ...createTurns(migrations),
    ...createAlone(parts),
    version: String(database.prepare('SELECT sqlite_version() AS version').get()?.version),
    ping: () => reading(() => void database.prepare('SELECT 1').get()),
    query({ sql, maxRows, waitMs }) {
      needNone();
      connection.restoreForeignKeys();
      // It may look at how the file is kept.
      if (/^\s*pragma\b/i.test(sql)) connection.asFound();
      wait(waitMs);
      connection.readOnly(true);
      try {
        return runQuery(database, sql, maxRows);
      } finally {
        if (connection.inTransaction()) database.exec('ROLLBACK');
        connection.readOnly(false);
      }
    },
    countObjects: () => reading(() => Number(database.prepare(COUNT_OBJECTS).get()?.objects)),
    readHistory: ({ scope }) => reading(() => history.read(scope)),
    ensureHistory: () => reading(() => history.ensure()),
    changeHistory: (change) => changeHistory(parts, change),
    tryLock() {
      needNone();
      wait(SHORT_WAIT);
      database.exec('BEGIN IMMEDIATE');
      database.exec('ROLLBACK');
    },
    async backup({ file: copy }) {
      needNone();
      if (driver.backup) await driver.backup(database, copy, { rate: 5_000 });
      else database.prepare('VACUUM INTO ?').run(copy);
    },
    close: () => connection.close(),
  };
}

/** Rows as they are given, in a transaction of their own. */
function changeHistory(
  { connection, history, transaction }: MigrationParts,
  { put, remove }: ChildCalls['changeHistory']['in'],
): void {
  connection.needNone();
  connection.wait(READ_WAIT);
  history.ensure();
  transaction.begin(false);
  try {
    for (const place of remove) history.remove(place);
    for (const row of put) history.put(row);
    transaction.commit();
  } catch (error) {
    transaction.rollback();
    throw error;
  }
}

const COUNT_OBJECTS = `SELECT count(*) AS objects FROM sqlite_schema
WHERE type IN ('table', 'view', 'index') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> 'srdeploy_migrations'`;
