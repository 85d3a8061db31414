import type { Backend, FileConnection, ServerConnection } from '../model/connection.ts';
import type { Digest } from '../model/ids.ts';
import type { AppliedMigration } from '../model/migration.ts';

/** A connection with its references resolved: the only place where a password stands in clear. Never journalled. */
export type ResolvedConnection =
  | (Omit<FileConnection, 'file'> & { /** Absolute. */ readonly file: string })
  | (Omit<ServerConnection, 'username' | 'password' | 'sslRootCert'> & {
      readonly username: string | undefined;
      readonly password: string | undefined;
      /** Absolute. */
      readonly sslRootCert: string | undefined;
    });

/** An error that the server reported. */
export interface SqlError {
  readonly message: string;
  readonly sqlstate: string | undefined;
  /** UTF-16 offset into the statement that was sent; undefined where the driver gives none. */
  readonly offset: number | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

/**
 * How a request to the database ended. `refused`: the server confirmed that it did not do it (an error, our timeout, our cancel).
 * `lost`: the connection went away with the request in flight, so nobody here knows.
 */
export type SqlOutcome<T> =
  | { readonly type: 'done'; readonly value: T }
  | {
      readonly type: 'refused';
      /** `lock-timeout`: the statement waited for somebody else's lock for as long as it may. */
      readonly cause: 'error' | 'timeout' | 'cancelled' | 'lock-timeout';
      readonly error: SqlError;
    }
  | { readonly type: 'lost'; readonly message: string };

export interface QueryResult {
  readonly columns: readonly string[];
  /** At most `maxRows`; values are as the driver gives them. */
  readonly rows: readonly (readonly unknown[])[];
}

/** A notice that the server sent, for the log. */
export interface Notice {
  readonly severity: string;
  readonly message: string;
}

export type ConnectFailure = {
  readonly type: 'unreachable' | 'refused' | 'unsupported' | 'missing-file';
  readonly message: string;
};

export interface ConnectOptions {
  /** `read-only`: the session can change nothing and creates no file. */
  readonly mode: 'read-only' | 'read-write';
  /** Bounds connecting, in milliseconds. */
  readonly timeoutMs: number;
  readonly onNotice: (notice: Notice) => void;
  /** Names the run for the server's own lists of sessions, and marks child processes. */
  readonly marker: string;
}

/** What one request may take. */
export interface Limits {
  /** Enforced on the server too where it can be; undefined means no bound. Milliseconds. */
  readonly timeoutMs: number | undefined;
  /** How long a statement may wait for a lock that others hold, enforced by the server; undefined leaves the server's own. Milliseconds. */
  readonly lockTimeoutMs?: number | undefined;
}

/**
 * A row to claim before the statements of a migration run. With `action: 'roll_back'` the row must say `succeeded` (or `rolling_back`), and
 * what is committed with it is `rolled_back`; `sql` is then that of the rollback script, and the row keeps that of the migration once
 * it is `rolled_back`.
 */
export type Claim = Omit<AppliedMigration, 'status' | 'executionMs' | 'statementIndex' | 'appliedAt' | 'inFlight'> & {
  readonly action: 'apply' | 'roll_back';
};

/** A statement as it is sent; `copyData` are the lines that follow a `COPY … FROM stdin`, without the closing `\.`. */
export interface ScriptStatement {
  readonly text: string;
  readonly copyData?: string | undefined;
}

/** An outcome of several statements: of one that did not come through, `statement` is its index in what was given; undefined: none of them. */
export type ScriptOutcome<T> =
  | Extract<SqlOutcome<T>, { type: 'done' }>
  | (Exclude<SqlOutcome<T>, { type: 'done' }> & { readonly statement: number | undefined });

/** A migration that is applied in its turn. */
export interface Turn {
  readonly row: Claim;
  readonly statements: readonly ScriptStatement[];
  readonly limits: Limits;
  /** Asked just before anything is sent that commits it; false: it is not begun, or is left open. */
  permit(): Promise<boolean>;
  /** Told that it begins, before anything that the server says of it. */
  onBegin(): void;
  /** Told once what commits it is on its way, which keeps the target busy: a good time for other work. */
  onCommit?(): void;
}

/**
 * `claimed`: it is open, its statements are run, and to commit it is the caller's to do: it was not permitted, took long, or something was
 * in the way. `skipped`: nothing of it was begun. Refused without a statement: at its claim or its end.
 */
export type TurnEnd =
  | { readonly type: 'committed'; readonly executionMs: number }
  | { readonly type: 'skipped' }
  | ScriptOutcome<'claimed' | 'taken'>;

/** A row at its end. */
export interface FinishedRow {
  readonly scope: string;
  readonly path: string;
  readonly executionMs: number;
}

/**
 * One session with a target database. Requests are sent one at a time. After `lost` the session is dead and every request answers
 * `lost`. An aborted signal asks the server to cancel, and the outcome says what the server made of it.
 */
export interface DatabaseSession {
  readonly backend: Backend;
  /** The server's own words for its version. */
  readonly serverVersion: string;
  /** Connect and `SELECT 1`, or the dialect's form. */
  ping(signal: AbortSignal): Promise<SqlOutcome<void>>;
  /** Runs one statement that must not change anything, in a read-only transaction that is rolled back. */
  query(sql: string, maxRows: number, limits: Limits, signal: AbortSignal): Promise<SqlOutcome<QueryResult>>;
  /** Tables, views and indexes in the user schemas, our own history table left out. */
  countObjects(signal: AbortSignal): Promise<SqlOutcome<number>>;

  /** The rows of a scope; undefined where the target has no history table. Changes nothing. */
  readHistory(scope: string, signal: AbortSignal): Promise<SqlOutcome<readonly AppliedMigration[] | undefined>>;
  /** Makes the history table where it is missing. */
  ensureHistory(signal: AbortSignal): Promise<SqlOutcome<void>>;
  /**
   * Takes the lock in the target that keeps every other runner out, also one that was killed while its server works on. Tries once
   * and answers at once: the holder in the server's words, or undefined where we hold it. Ends with the session.
   */
  tryLock(scope: string, signal: AbortSignal): Promise<SqlOutcome<string | undefined>>;

  /**
   * A migration in a transaction, in as few messages as the dialect allows: opens the transaction where none is open, inserts the history
   * row (claim first), then runs the statements in order up to the first that is refused. Where a transaction is open already (several
   * migrations in one), the row and the statements join it. `taken`: the row is not what the claim needs (`succeeded` already for
   * `apply`, anything else for `roll_back`); none of the statements was run. SQLite: foreign keys are switched off before BEGIN IMMEDIATE.
   */
  openMigration(
    row: Claim,
    statements: readonly ScriptStatement[],
    limits: Limits,
    signal: AbortSignal,
  ): Promise<ScriptOutcome<'claimed' | 'taken'>>;
  /** More statements inside the open transaction. */
  runStatements(
    statements: readonly ScriptStatement[],
    limits: Limits,
    signal: AbortSignal,
  ): Promise<ScriptOutcome<void>>;
  /** Marks the claimed rows finished, checks foreign keys where the dialect defers that, and commits in a message of its own. */
  commitMigrations(rows: readonly FinishedRow[]): Promise<SqlOutcome<void>>;
  /** Takes back what is open; after `taken` and after a refusal nothing else may follow. */
  rollback(): Promise<SqlOutcome<void>>;

  /**
   * `openMigration` and `commitMigrations` of one migration without being asked in between: absent where nothing is won by it. May be called
   * again before the answer: migrations are applied in the order of the calls, a transaction each, and none is begun unless the one before
   * it was committed. An aborted signal ends what is not committed. After anything but `committed` every further one is `skipped` until
   * the session is asked for something else.
   */
  applyTurn?(turn: Turn, signal: AbortSignal): Promise<TurnEnd>;

  /**
   * Statement by statement, for dialects whose DDL commits implicitly and for files that no transaction takes. Writes the row as
   * `started` (`rolling_back`) at the statement `at`, and commits. A row of the same migration that is `started` is taken over.
   */
  startAlone(row: Claim, at: number, signal: AbortSignal): Promise<SqlOutcome<'claimed' | 'taken'>>;
  /**
   * Runs the statement with the given index (from 0) and records it as confirmed: in one transaction where the statement allows, else
   * between a record that it is in flight and a record that it is confirmed. Refused: the row says that it was not done.
   */
  runAlone(
    place: { readonly scope: string; readonly path: string; readonly index: number },
    statement: ScriptStatement,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<SqlOutcome<void>>;
  /** Marks the row `succeeded` (`rolled_back`). */
  finishAlone(row: FinishedRow): Promise<SqlOutcome<void>>;

  /** Writes rows as they are given and removes others, in one transaction: rename, repair, mark-applied. Makes the table where it is missing. */
  changeHistory(
    change: {
      readonly put: readonly AppliedMigration[];
      readonly remove: readonly { readonly scope: string; readonly path: string }[];
    },
    signal: AbortSignal,
  ): Promise<SqlOutcome<void>>;

  /** Writes a snapshot to an absolute path that does not exist yet; size in bytes and SHA-256 of what was written. */
  backup(
    file: string,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<SqlOutcome<{ readonly bytes: number; readonly sha256: Digest }>>;
  /** Ends the session and whatever process serves it. Never throws. */
  close(): Promise<void>;
}

/** As much of a row of the history as it takes to see that a file is applied as it is. */
export type HistoryGlance = Pick<AppliedMigration, 'path' | 'status' | 'checksum'>;

/** Opens sessions with target databases. Driver modules load on first use. */
export interface Databases {
  connect(
    connection: ResolvedConnection,
    options: ConnectOptions,
    signal: AbortSignal,
  ): Promise<{ readonly type: 'connected'; readonly session: DatabaseSession } | ConnectFailure>;
  /**
   * The rows of a scope without a session, where a database has a way that is faster. Undefined where it has none, and where it did not
   * succeed at once, for whatever reason: then a session says what is the matter. Changes nothing.
   */
  peekHistory?(connection: ResolvedConnection, scope: string): Promise<readonly HistoryGlance[] | undefined>;
  /** A session with this marker will soon be asked for: starts what takes long to start. Asks the target nothing, and never throws. */
  expect?(connection: ResolvedConnection, marker: string): void;
  /** Ends what was started for a session that was not asked for. */
  unexpect?(marker: string): Promise<void>;
}
