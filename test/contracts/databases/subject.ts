import type { Databases, ResolvedConnection } from '../../../core/index.ts';

/** Why connecting fails, and with which words. */
export interface FailingConnection {
  readonly connection: ResolvedConnection;
  readonly type: 'unreachable' | 'refused' | 'missing-file';
  readonly words: RegExp;
}

/** An error as it must be reported; what is left out may be anything. */
export interface ExpectedError {
  readonly message: RegExp;
  readonly sqlstate?: string;
  /** UTF-16 offset into the statement; undefined where the dialect tells none. */
  readonly offset?: number | undefined;
}

/**
 * One kind of database under the suite. The suite itself writes `CREATE TABLE t (a int)`, `INSERT INTO t VALUES (1)`, `SELECT * FROM t` and
 * `DROP TABLE t`; whatever differs by dialect stands here. What is undefined is not tested.
 */
export interface Subject {
  readonly databases: Databases;
  /** Starts what the others need; `stop` ends it. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
  /** The connection of an empty database that nobody else uses; of SQLite, of a file that is not there. */
  fresh(): Promise<ResolvedConnection>;

  /** True where DDL takes part in transactions: then `openMigration` and its like are tested, else they are refused. */
  readonly isTransactional: boolean;
  /** True where a statement of `runAlone` shares its transaction with its record, so that it is never in flight. */
  readonly isAtomicAlone: boolean;

  /** A query of one row with the number 1. */
  readonly selectOne: string;
  /** Never ends by itself. */
  readonly endless: { readonly statement: string; readonly query: string };
  /** Fails where there is a table `t` with the column `a`; its error shows what the dialect tells of an error. */
  readonly failing: { readonly statement: string; readonly error: ExpectedError };
  /** The error of making a table that is there already. */
  readonly duplicate: ExpectedError;
  /** Sends one notice. */
  readonly notice?: { readonly statement: string; readonly message: string };
  /** Must not be sent inside of a script: they would end its transaction. */
  readonly endings: readonly string[];
  /** Further texts that a query refuses: they change something, or write a file. */
  readonly unreadable: readonly string[];

  /** How the lock's holder is described; the lock of SQLite is the transaction of a migration itself. */
  readonly holder: { readonly words: RegExp; readonly isTransaction: boolean };

  /** Why connecting fails, given a connection that works. */
  failures?(working: ResolvedConnection): Promise<readonly FailingConnection[]>;
  /** Kills what serves the sessions, as a power cut would; a new session can be opened afterwards. */
  kill?(): Promise<void>;
  /** Takes a lock, as another client, that a statement on the table `t` waits for; answers the statement and how to let go. */
  block?(connection: ResolvedConnection): Promise<{ readonly statement: string; release(): Promise<void> }>;
  /** Makes the statement get stuck in `runAlone` after it was recorded as in flight; the table `t` is there. */
  getStuck?(connection: ResolvedConnection): Promise<{ readonly statement: string; release(): Promise<void> }>;
  /** Makes the history table of the first layout, with one row: scope `shop`, path `old.sql`, succeeded. */
  makeEarlierHistory?(connection: ResolvedConnection): Promise<void>;
  /** Looks whether a backup holds the table `t` with one row that says 7. */
  isInBackup?(file: string): Promise<boolean>;
}

export function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}
