import { done, refused, value } from '../../adapters/sql-refusal.ts';
import {
  type AppliedMigration,
  type DatabaseSession,
  dialectOf,
  digest,
  hasTransactionalDdl,
  type ResolvedConnection,
} from '../../core/index.ts';
import { createFakeAlone } from './fake-alone.ts';
import { createFakeCalls, waitForEnd } from './fake-calls.ts';
import type { FakeDatabase, FakeWorld } from './fake-databases.ts';
import { rowKey } from './fake-history.ts';
import { runQuery, sleeps } from './fake-statements.ts';
import { createFakeTransactions } from './fake-transactions.ts';
import { createTurns } from './fake-turns.ts';

export interface FakeSessionParts {
  readonly connection: ResolvedConnection;
  readonly key: string;
  readonly database: FakeDatabase;
  readonly world: FakeWorld;
}

export function createFakeSession(parts: FakeSessionParts, readOnly: boolean): DatabaseSession {
  const { database, key, world } = parts;
  const { locks } = world;
  const me = {};
  const rowOf = (row: { readonly scope: string; readonly path: string }) => `${key} ${rowKey(row.scope, row.path)}`;
  const calls = createFakeCalls(world, () => {
    transactions.abandon();
    for (const [lock, holder] of locks) if (holder === me) locks.delete(lock);
  });
  const shared = { world, database, calls, readOnly, rowOf };
  const transactions = createFakeTransactions(shared);
  const atomicDdl = hasTransactionalDdl(dialectOf(parts.connection));
  const { call } = calls;

  return {
    ...transactions,
    ...(atomicDdl && createTurns(transactions)),
    ...createFakeAlone({ ...shared, atomicDdl, isOpen: transactions.isOpen }),
    backend: parts.connection.backend,
    serverVersion: 'Fake 1.0',
    ping: (signal) => call('ping', undefined, { signal }, done),
    query: (sql, maxRows, limits, signal) =>
      call('query', sql, { limits, signal }, async () =>
        sleeps(sql) ? waitForEnd({ limits, signal }) : runQuery(database, sql, maxRows),
      ),
    countObjects: (signal) => call('countObjects', undefined, { signal }, () => value(database.tables.size)),
    readHistory: (scope, signal) =>
      call('readHistory', scope, { signal }, () =>
        value(rowsOf(database, scope, (row) => world.rollbackSql.get(rowOf(row)))),
      ),
    ensureHistory: (signal) =>
      call('ensureHistory', undefined, { signal }, () => {
        if (readOnly) return refused('error', 'The session is read-only.');
        database.history ??= new Map();
        return done();
      }),
    tryLock: (scope, signal) =>
      call<string | undefined>('tryLock', scope, { signal }, () => {
        const lock = `${key} ${scope}`;
        if (locks.has(lock) && locks.get(lock) !== me) return value('session 1 "srdeploy other"');
        locks.set(lock, me);
        return value(undefined);
      }),
    backup: (file, limits, signal) =>
      call('backup', file, { limits, signal }, () => {
        if (world.backups.has(file)) return refused('error', `${file} exists already. A backup is never overwritten.`);
        world.backups.add(file);
        return value({ bytes: 4096, sha256: digest('0'.repeat(64)) });
      }),
    async close() {
      world.calls.push({ call: 'close', argument: undefined });
      calls.lose('The session is closed.');
    },
  };
}

/** The rows of a scope as the port has them: of one that is rolled back now, the rollback script. */
const rowsOf = (
  { history }: FakeDatabase,
  scope: string,
  rollbackSql: (row: AppliedMigration) => string | undefined,
): readonly AppliedMigration[] | undefined =>
  history &&
  [...history.values()]
    .filter((row) => row.scope === scope)
    .map((row) => (row.status === 'rolling_back' ? { ...row, sql: rollbackSql(row) ?? row.sql } : row))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
