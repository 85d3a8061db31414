import type { AppliedMigration, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { refused, value } from '../sql-refusal.ts';
import { toMigration } from './history-table.ts';
import { createMigrations } from './migrations.ts';
import { dumpDatabase } from './mysql-dump.ts';
import {
  describeLock,
  giveLock,
  holderInWords,
  type LockNames,
  lockHolder,
  lockNames,
  takeLock,
} from './server-lock.ts';
import type { SessionParts } from './session-parts.ts';
import { hasServerTimer } from './session-settings.ts';
import { readRefusal } from './statement-guard.ts';
import { type Answer, nothing } from './wire.ts';

/** A session over two connections: one for the statements, and one for records and cancels that opens when it is needed. */
export function createSession(parts: SessionParts): DatabaseSession {
  const { main, side, facts, way } = parts;

  const one = async (sql: string, signal: AbortSignal): Promise<SqlOutcome<Answer>> => {
    const fresh = await main.freshen(signal);
    if (fresh.type !== 'done') return fresh;
    // A query before this may have bounded the rows of every SELECT.
    const unlimited = await main.limit({ timeoutMs: undefined }, signal);
    return unlimited.type === 'done' ? main.send(sql, { signal }) : unlimited;
  };

  return {
    ...createMigrations(parts),
    backend: way.to.backend,
    serverVersion: facts.version,
    async ping(signal) {
      return nothing(await one('SELECT 1', signal));
    },
    query: (sql, maxRows, limits, signal) => query(parts, sql, maxRows, limits, signal),
    async countObjects(signal) {
      const counted = await one(COUNT_OBJECTS, signal);
      return counted.type === 'done' ? value(Number(counted.value.rows[0]?.[0])) : counted;
    },
    async readHistory(scope, signal) {
      const read = await one(parts.history.read(scope), signal);
      if (read.type === 'done') return value<readonly AppliedMigration[]>(read.value.rows.map(toMigration));
      return isMissing(read) ? value(undefined) : read;
    },

    async tryLock(scope, signal) {
      const fresh = await main.freshen(signal);
      if (fresh.type !== 'done') return fresh;
      const names = lockNames(facts.database, scope);
      if (!main.locks.has(scope)) {
        const other = await takeFree(parts, names, signal);
        if (other.type !== 'done' || other.value !== undefined) return other;
        main.locks.set(scope, names);
      }
      return confirmHeld(parts, names.lock, signal);
    },

    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) => dumpDatabase(way, { file: partial, vendor: facts.vendor, limits }, signal)),

    async close() {
      await main.close();
      await side.close();
    },
  };
}

async function query(
  { main, facts }: SessionParts,
  sql: string,
  maxRows: number,
  limits: Limits,
  signal: AbortSignal,
): ReturnType<DatabaseSession['query']> {
  const error = readRefusal(sql);
  if (error) return { type: 'refused', cause: 'error', error };
  const fresh = await main.freshen(signal);
  if (fresh.type !== 'done') return fresh;
  const limited = await main.limit(limits, signal, Math.max(1, maxRows));
  if (limited.type !== 'done') return limited;
  const begun = await main.send('START TRANSACTION READ ONLY', { signal });
  if (begun.type !== 'done') return begun;
  const asked = await main.send(sql, { ...limits, signal, maxRows, serverTimer: hasServerTimer(facts.vendor, true) });
  const back = await main.send('ROLLBACK');
  if (asked.type !== 'done') return asked;
  return back.type === 'done' ? value({ columns: asked.value.columns, rows: asked.value.rows }) : back;
}

/** Through the gate, so that a lock which is being handed over is not free for a moment. Answers who holds it, if anybody does. */
async function takeFree(
  parts: SessionParts,
  { gate, lock }: LockNames,
  signal: AbortSignal,
): Promise<SqlOutcome<string | undefined>> {
  const passed = await takeNow(parts, gate, signal);
  if (passed.type !== 'done') return passed;
  if (!passed.value) return holder(parts, gate, signal);
  const taken = await takeNow(parts, lock, signal);
  const given = await parts.main.send(giveLock(gate));
  if (taken.type !== 'done') return taken;
  if (given.type !== 'done') return given;
  return taken.value ? value(undefined) : holder(parts, lock, signal);
}

/** Asks for a lock once. */
async function takeNow({ main }: SessionParts, name: string, signal: AbortSignal): Promise<SqlOutcome<boolean>> {
  const asked = await main.send(takeLock(name, 0), { signal });
  return asked.type === 'done' ? value(Number(asked.value.rows[0]?.[0]) === 1) : asked;
}

async function holder({ main }: SessionParts, name: string, signal: AbortSignal): Promise<SqlOutcome<string>> {
  const asked = await main.send(describeLock(name), { signal });
  return asked.type === 'done' ? value(holderInWords(asked.value.rows[0])) : asked;
}

/** Whether the session that answers now is the one that holds the lock. */
async function confirmHeld({ main }: SessionParts, name: string, signal: AbortSignal): Promise<SqlOutcome<undefined>> {
  const asked = await main.send(lockHolder(name), { signal });
  if (asked.type !== 'done') return asked;
  const [id, holds] = (asked.value.rows[0] ?? []).map(Number);
  if (id === main.wire().id && id === holds) return value(undefined);
  return refused(
    'error',
    'This connection goes through a pooler that changes the server session between statements, so a lock in the target cannot be held.',
    { hint: 'Connect to the server directly.' },
  );
}

const isMissing = (outcome: SqlOutcome<unknown>): boolean =>
  outcome.type === 'refused' && outcome.error.sqlstate === '42S02';

const COUNT_OBJECTS = `SELECT (SELECT COUNT(*) FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') AND TABLE_NAME <> 'srdeploy_migrations')
+ (SELECT COUNT(DISTINCT TABLE_NAME, INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 'srdeploy_migrations')`;
