import type { AppliedMigration, Claim, ConnectOptions, Notice, QueryResult, SqlError } from '../../core/index.ts';

/** What the child does for its parent, one call at a time: what goes in and what comes out when it is done. */
export interface ChildCalls {
  open: { in: { readonly file: string; readonly mode: ConnectOptions['mode'] }; out: { readonly version: string } };
  ping: { in: undefined; out: undefined };
  query: { in: { readonly sql: string; readonly maxRows: number; readonly waitMs: number }; out: QueryResult };
  countObjects: { in: undefined; out: number };
  readHistory: { in: { readonly scope: string }; out: readonly AppliedMigration[] | undefined };
  ensureHistory: { in: undefined; out: undefined };
  tryLock: { in: undefined; out: undefined };
  begin: { in: undefined; out: undefined };
  claim: { in: Claim; out: 'claimed' | 'taken' };
  execute: { in: { readonly statement: string; readonly waitMs: number }; out: undefined };
  /** Everything that a commit needs but COMMIT itself, which is a call of its own. */
  settle: { in: { readonly scope: string; readonly path: string; readonly executionMs: number }; out: undefined };
  commit: { in: undefined; out: undefined };
  rollback: { in: undefined; out: undefined };
  backup: { in: { readonly file: string }; out: undefined };
  close: { in: undefined; out: undefined };
}

export type CallName = keyof ChildCalls;

export type ToChild = { readonly [K in CallName]: { readonly call: K; readonly input: ChildCalls[K]['in'] } }[CallName];

/** `busy`: another connection holds the lock that was asked for; nothing was done. */
export type ChildAnswer<K extends CallName> =
  | { readonly type: 'done'; readonly value: ChildCalls[K]['out'] }
  | { readonly type: 'busy' }
  | { readonly type: 'refused'; readonly error: SqlError };

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'answer'; readonly answer: ChildAnswer<CallName> };

/** Name of the variable that tells the child where the driver package is, for a Node without one built in. */
export const DRIVER_VARIABLE = 'SRDEPLOY_SQLITE_DRIVER';
