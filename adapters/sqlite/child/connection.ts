import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ChildCalls } from '../child-protocol.ts';
import { canWriteAhead } from './can-write-ahead.ts';
import { createCommitEase } from './commit-ease.ts';
import type { SqliteConnection, SqliteDriver, SqliteStatement } from './driver.ts';
import { Refusal } from './failure.ts';

/** Milliseconds that SQLite itself waits for a lock: where the parent asks again, and where it does not. */
export const SHORT_WAIT = 25;
export const READ_WAIT = 10_000;

/** An open file, with the switches that the calls share. */
export interface Connection {
  readonly database: SqliteConnection;
  /** A statement of our own, compiled once. */
  prepared(sql: string): SqliteStatement;
  /** How long SQLite waits for a lock from now on; milliseconds. */
  wait(ms: number): void;
  /** Refuses every change from now on, or lets the session change what its mode allows. */
  readOnly(on: boolean): void;
  inTransaction(): boolean;
  needTransaction(): void;
  needNone(): void;
  /** Switches foreign keys off, which works outside of a transaction only, until `restoreForeignKeys`. */
  foreignKeysOff(): void;
  restoreForeignKeys(): void;
  /** Between transactions: many small ones cost the disk less from now on, until `asFound` or `close`. */
  easeCommits(): void;
  /** Before statements that may look at how the file is kept, or change it. */
  asFound(): void;
  close(): Promise<void>;
}

/** Opens the file in place with SQLite's own locks; an interrupted transaction is rolled back by SQLite as it opens. */
export function openConnection(
  driver: SqliteDriver,
  { file, mode, isNew, isWrittenAhead }: ChildCalls['open']['in'],
  onWrittenAhead: (on: boolean) => void,
): Connection {
  const location = pathToFileURL(file);
  location.searchParams.set('mode', mode === 'read-only' ? 'rw' : 'rwc');
  const database = new driver.DatabaseSync(location);
  const statements = new Map<string, SqliteStatement>();
  let waits: number | undefined;
  let foreignKeys: boolean | undefined;
  const commits = createCommitEase(database, {
    isNew,
    isWrittenAhead,
    canWriteAhead: () => canWriteAhead(driver, file),
    onWrittenAhead,
  });
  const wait = (ms: number) => {
    const wanted = Math.max(0, Math.min(Math.ceil(ms), 2_147_483_647));
    if (wanted !== waits) database.exec(`PRAGMA busy_timeout = ${wanted}`);
    waits = wanted;
  };
  const readOnly = (on: boolean) => database.exec(`PRAGMA query_only = ${on || mode === 'read-only' ? 1 : 0}`);
  const inTransaction = () => isInTransaction(database);
  wait(READ_WAIT);
  // Some builds of SQLite do not sync the commits of a file that is written ahead unless they are told to.
  database.exec('PRAGMA main.synchronous = full');
  readOnly(false);
  database.prepare('SELECT count(*) FROM sqlite_schema').get();

  return {
    database,
    wait,
    readOnly,
    inTransaction,
    prepared(sql) {
      const found = statements.get(sql) ?? database.prepare(sql);
      statements.set(sql, found);
      return found;
    },
    needTransaction() {
      if (!inTransaction()) throw new Refusal('No transaction is open.');
    },
    needNone() {
      if (inTransaction()) throw new Refusal('The transaction of a migration is open.');
    },
    foreignKeysOff() {
      if (foreignKeys !== undefined) return;
      foreignKeys = database.prepare('PRAGMA foreign_keys').get()?.foreign_keys === 1;
      database.exec('PRAGMA foreign_keys = 0');
    },
    restoreForeignKeys() {
      if (foreignKeys !== undefined) database.exec(`PRAGMA foreign_keys = ${foreignKeys ? 1 : 0}`);
      foreignKeys = undefined;
    },
    easeCommits: commits.ease,
    asFound() {
      wait(SHORT_WAIT);
      commits.asFound();
    },
    async close() {
      wait(SHORT_WAIT);
      if (!inTransaction()) commits.asFound();
      statements.clear();
      await letStatementsGo();
      database.close();
    },
  };
}

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

/** Statements of the package are finalised with the garbage only, and before that its files for write-ahead logging stay behind. */
async function letStatementsGo(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
