import type {
  AppliedMigration,
  Claim,
  ConnectOptions,
  FinishedRow,
  Notice,
  QueryResult,
  SqlError,
} from '../../core/index.ts';

/** A statement of a migration that runs statement by statement. */
export interface AloneCall {
  readonly scope: string;
  readonly path: string;
  readonly index: number;
  readonly statement: string;
  /** How long SQLite itself waits for a lock; milliseconds. */
  readonly waitMs: number;
}

/** Statements that run in the open transaction. */
export interface ScriptCall {
  readonly statements: readonly string[];
  /** How long SQLite itself waits for a lock; milliseconds. */
  readonly waitMs: number;
  /** True where the child says which statement it begins, so that the parent knows at which one it had to be killed. */
  readonly tells: boolean;
}

/** A number: committed, and the milliseconds that it ran. `skipped`: nothing of it was begun. `claimed`: it is open. */
export type TurnDone = number | 'skipped' | 'claimed' | 'taken';

/** What the child does for its parent, one call at a time: what goes in and what comes out when it is done. */
export interface ChildCalls {
  /** `isNew`: the session makes the file, and nobody else knows of it yet. `isWrittenAhead`: an earlier process of the session has switched it. */
  open: {
    in: {
      readonly file: string;
      readonly mode: ConnectOptions['mode'];
      readonly isNew: boolean;
      readonly isWrittenAhead: boolean;
    };
    out: { readonly version: string };
  };
  ping: { in: undefined; out: undefined };
  query: { in: { readonly sql: string; readonly maxRows: number; readonly waitMs: number }; out: QueryResult };
  countObjects: { in: undefined; out: number };
  readHistory: { in: { readonly scope: string }; out: readonly AppliedMigration[] | undefined };
  ensureHistory: { in: undefined; out: undefined };
  tryLock: { in: undefined; out: undefined };
  commit: { in: undefined; out: undefined };
  rollback: { in: undefined; out: undefined };
  openMigration: { in: ScriptCall & { readonly row: Claim }; out: 'claimed' | 'taken' };
  runStatements: { in: ScriptCall; out: undefined };
  /**
   * `openMigration` and `commitMigrations` of one, unless the call before it was a turn that was not committed. `until`: when the permission to
   * commit ends, on the clock of `machineMs`. `isFirst`: what became of an earlier turn does not matter.
   */
  applyTurn: {
    in: ScriptCall & { readonly row: Claim; readonly until: number; readonly isFirst: boolean };
    out: TurnDone;
  };
  /** Settles the rows and commits; where a reader is in the way of COMMIT, `commit` is what is left to ask. */
  commitMigrations: { in: { readonly rows: readonly FinishedRow[] }; out: undefined };
  startAlone: { in: { readonly row: Claim; readonly at: number }; out: 'claimed' | 'taken' };
  /** Opens a transaction with the statement and the record that it is confirmed; `commit` is the next call. */
  prepareAlone: { in: AloneCall; out: undefined };
  /** Runs a statement that no transaction takes, between a record that it is in flight and one that it is confirmed. */
  runOutside: { in: AloneCall; out: undefined };
  /** Records that the statement was not done. */
  recordUndone: { in: { readonly scope: string; readonly path: string; readonly index: number }; out: undefined };
  finishAlone: { in: FinishedRow; out: undefined };
  changeHistory: {
    in: {
      readonly put: readonly AppliedMigration[];
      readonly remove: readonly { readonly scope: string; readonly path: string }[];
    };
    out: undefined;
  };
  backup: { in: { readonly file: string }; out: undefined };
  close: { in: undefined; out: undefined };
}

export type CallName = keyof ChildCalls;

export type Call<K extends CallName> = { readonly call: K; readonly input: ChildCalls[K]['in'] };

/** Calls are answered in their order. */
export type ToChild = { readonly [K in CallName]: Call<K> }[CallName];

/** Milliseconds on a clock that all processes of the machine share and nobody can set. */
export function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** `busy`: another connection holds the lock that was asked for; nothing was done, and the call may be made again. */
export type ChildAnswer<K extends CallName> =
  | { readonly type: 'done'; readonly value: ChildCalls[K]['out'] }
  | { readonly type: 'busy' }
  | {
      readonly type: 'refused';
      /** `lock-timeout`: a statement of the script waited for another connection for as long as it may. */
      readonly cause: 'error' | 'lock-timeout';
      readonly error: SqlError;
      /** Index of the statement of the script that was refused. */
      readonly statement?: number;
    };

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** The file is switched to write-ahead logging next, or no longer has it. */
  | { readonly type: 'written-ahead'; readonly on: boolean }
  /** Which statement of a script begins now. */
  | { readonly type: 'statement'; readonly index: number }
  | { readonly type: 'answer'; readonly answer: ChildAnswer<CallName> };

/** Name of the variable that tells the child where the driver package is, for a Node without one built in. */
export const DRIVER_VARIABLE = 'SRDEPLOY_SQLITE_DRIVER';
