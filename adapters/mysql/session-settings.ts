import type { Limits } from '../../core/index.ts';

/** Which of the two servers, because their timers differ. */
export type Vendor = 'MariaDB' | 'MySQL';

/** Everything that a session must begin with, whatever the server's defaults and its `init_connect` are. */
export const BEGIN_SESSION = 'SET NAMES utf8mb4, SESSION autocommit = 1, SESSION wait_timeout = 2147483';

/** A session of our own, which no script touches, writes the history: strict, and not waiting for ever. */
export const BEGIN_RECORDS = `${BEGIN_SESSION}, SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION lock_wait_timeout = 60, SESSION innodb_lock_wait_timeout = 60`;

export const READ_ONLY = 'SET SESSION TRANSACTION READ ONLY';

/** Whether the server has a timer for a statement: MySQL's is for SELECT alone. */
export const hasServerTimer = (vendor: Vendor, isSelect: boolean): boolean => vendor === 'MariaDB' || isSelect;

/** The statement that sets the server's timers for what follows; `rows`: how many a SELECT gives at most. */
export function limitsStatement(vendor: Vendor, { timeoutMs, lockTimeoutMs }: Limits, rows?: number): string {
  const ms = timeoutMs === undefined ? undefined : Math.min(Math.max(1, Math.ceil(timeoutMs)), 2 ** 31 - 1);
  const seconds =
    lockTimeoutMs === undefined ? 'DEFAULT' : Math.min(Math.max(1, Math.ceil(lockTimeoutMs / 1000)), 31_536_000);
  const timer =
    vendor === 'MariaDB'
      ? `max_statement_time = ${ms === undefined ? 'DEFAULT' : ms / 1000}`
      : `max_execution_time = ${ms ?? 'DEFAULT'}`;
  return `SET SESSION ${timer}, SESSION lock_wait_timeout = ${seconds}, SESSION innodb_lock_wait_timeout = ${seconds}, SESSION sql_select_limit = ${rows ?? 'DEFAULT'}`;
}
