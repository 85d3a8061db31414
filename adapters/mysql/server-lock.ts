import { createHash } from 'node:crypto';
import { literal } from './history-table.ts';

/** Names of the locks of one scope in one database; a server takes 64 characters, and its locks are not those of a database. */
export interface LockNames {
  /** Held by the session that migrates. */
  readonly lock: string;
  /** Held by whoever takes the lock or hands it to another session of its own, so that nobody takes it in between. */
  readonly gate: string;
}

export function lockNames(database: string, scope: string): LockNames {
  const hash = createHash('sha256')
    .update(JSON.stringify([database, scope]))
    .digest('hex')
    .slice(0, 40);
  return { lock: `srdeploy:${hash}`, gate: `srdeploy-gate:${hash}` };
}

/** Takes a lock, waiting for so many seconds; the answer is 1, or 0 where somebody else holds it. */
export const takeLock = (name: string, seconds: number): string => `SELECT GET_LOCK(${literal(name)}, ${seconds})`;

export const giveLock = (name: string): string => `DO RELEASE_LOCK(${literal(name)})`;

/** The session that answers, and the one that holds the lock; behind a pooler the first may change between statements. */
export const lockHolder = (name: string): string => `SELECT CONNECTION_ID(), IS_USED_LOCK(${literal(name)})`;

/** Who holds the lock and what it does. */
export const describeLock = (
  name: string,
): string => `SELECT l.holder, p.USER, p.HOST, p.COMMAND, p.TIME, LEFT(p.INFO, 100)
FROM (SELECT IS_USED_LOCK(${literal(name)}) AS holder) AS l LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = l.holder`;

/** The holder in words, from the row that `describeLock` found. */
export function holderInWords(row: readonly unknown[] | undefined): string {
  const [holder, user, host, command, seconds, info] = row ?? [];
  if (holder === null || holder === undefined) return 'another session held it a moment ago';
  const who = [user && `as ${user}`, host && `from ${host}`].filter(Boolean).join(' ');
  const since = seconds === null || seconds === undefined ? '' : ` for ${seconds} s`;
  const does = info
    ? `, executing${since}: ${String(info).replace(/\s+/g, ' ')}`
    : command === 'Sleep'
      ? `, idle${since}`
      : '';
  return [`session ${holder}`, who].filter(Boolean).join(' ') + does;
}
