import { done, refused, value } from '../../adapters/sql-refusal.ts';
import {
  type AppliedMigration,
  type DatabaseSession,
  dialectOf,
  digest,
  type FinishedRow,
  hasTransactionalDdl,
  type Limits,
  type ResolvedConnection,
  type ScriptOutcome,
  type ScriptStatement,
  type SqlOutcome,
} from '../../core/index.ts';
import type { FakeCall, FakeDatabase, FakeWorld } from './fake-databases.ts';
import { claimRow, finishRow, rowKey } from './fake-history.ts';
import { runQuery, runStatement, sleeps } from './fake-statements.ts';

export interface FakeSessionParts {
  readonly connection: ResolvedConnection;
  readonly key: string;
  readonly database: FakeDatabase;
  readonly world: FakeWorld;
}

/** A transaction: its own copy of the database, and how many statements each claimed migration has run. */
interface Transaction extends FakeDatabase {
  readonly statements: Map<string, number>;
  latest: string | undefined;
  failed: boolean;
}

interface Bounds {
  readonly limits?: Limits;
  readonly signal?: AbortSignal;
}

const OPEN = 'The transaction of a migration is open.';
const NOT_OPEN = 'No transaction is open.';
const READ_ONLY = 'The session is read-only.';

export function createFakeSession(parts: FakeSessionParts, readOnly: boolean): DatabaseSession {
  const { database, key, world } = parts;
  const { locks } = world;
  const atomicDdl = hasTransactionalDdl(dialectOf(parts.connection));
  const me = {};
  let lost: string | undefined;
  let open: Transaction | undefined;
  let refusedStatement: number | undefined;
  const lose = (message: string): SqlOutcome<never> => {
    lost = message;
    open = undefined;
    for (const [lock, holder] of locks) if (holder === me) locks.delete(lock);
    return { type: 'lost', message };
  };
  const inTransaction = <T>(work: (transaction: Transaction) => SqlOutcome<T>): SqlOutcome<T> =>
    open ? work(open) : refused('error', NOT_OPEN);
  const begin = (): Transaction => ({
    ...structuredClone({ tables: database.tables, history: database.history }),
    statements: new Map(),
    latest: undefined,
    failed: false,
  });

  async function call<T>(
    name: FakeCall,
    argument: unknown,
    bounds: Bounds,
    work: () => SqlOutcome<T> | Promise<SqlOutcome<T>>,
  ): Promise<SqlOutcome<T>> {
    world.calls.push({ call: name, argument });
    await Promise.resolve();
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    const index = world.planned.findIndex((one) => one.call === name);
    const behaviour = index < 0 ? undefined : world.planned.splice(index, 1)[0]?.behaviour;
    switch (behaviour?.type) {
      case 'lose':
        return lose('the connection was reset');
      case 'lose-after':
        await work();
        return lose('the connection was reset');
      case 'wait':
        return waitForEnd(bounds);
      case 'refuse':
        refusedStatement = behaviour.statement ?? 0;
        return refused(behaviour.cause ?? 'error', behaviour.message, { sqlstate: behaviour.sqlstate });
      case undefined:
        return work();
    }
  }

  /** As `call`, for several statements; an outcome that `next` asked for tells the statement that `next` named. */
  async function callScript<T>(
    name: FakeCall,
    argument: unknown,
    bounds: Bounds,
    work: () => Promise<ScriptOutcome<T>>,
  ): Promise<ScriptOutcome<T>> {
    let statement: number | undefined;
    refusedStatement = undefined;
    const outcome = await call<T>(name, argument, bounds, async () => {
      const ran = await work();
      if (ran.type !== 'done') statement = ran.statement;
      return ran;
    });
    return outcome.type === 'done' ? outcome : { ...outcome, statement: statement ?? refusedStatement };
  }

  /** Runs statements in order up to the first that is refused, which leaves the transaction good for a rollback only. */
  async function runAll(
    transaction: Transaction,
    statements: readonly ScriptStatement[],
    bounds: Bounds,
  ): Promise<ScriptOutcome<void>> {
    for (const [index, { text }] of statements.entries()) {
      if (transaction.failed) return { ...refused('error', 'The transaction has failed.'), statement: index };
      world.statements.push(text);
      const outcome = sleeps(text) ? await waitForEnd(bounds) : runStatement(transaction, text);
      if (outcome.type !== 'done') {
        transaction.failed = true;
        return { ...outcome, statement: index };
      }
      const latest = transaction.latest ?? '';
      transaction.statements.set(latest, (transaction.statements.get(latest) ?? 0) + 1);
    }
    return { type: 'done', value: undefined };
  }

  /** The row of a migration that runs statement by statement, as it is committed. */
  const aloneRow = (place: { readonly scope: string; readonly path: string }): AppliedMigration | undefined => {
    const row = database.history?.get(rowKey(place.scope, place.path));
    return row?.status === 'started' || row?.status === 'rolling_back' ? row : undefined;
  };
  const put = (row: AppliedMigration) => database.history?.set(rowKey(row.scope, row.path), row);

  return {
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
        value(
          database.history &&
            [...database.history.values()]
              .filter((row) => row.scope === scope)
              .map((row) => {
                const rollback = row.status === 'rolling_back' ? world.rollbackSql.get(rowOf(row)) : undefined;
                return rollback === undefined ? row : { ...row, sql: rollback };
              })
              .sort((a, b) => (a.path < b.path ? -1 : 1)),
        ),
      ),
    ensureHistory: (signal) =>
      call('ensureHistory', undefined, { signal }, () => {
        if (readOnly) return refused('error', READ_ONLY);
        database.history ??= new Map();
        return done();
      }),
    tryLock: (scope, signal) =>
      call('tryLock', scope, { signal }, () => {
        const lock = `${key} ${scope}`;
        if (locks.has(lock) && locks.get(lock) !== me) return value<string | undefined>('session 1 "srdeploy other"');
        locks.set(lock, me);
        return value<string | undefined>(undefined);
      }),

    openMigration: (row, statements, limits, signal) =>
      callScript('openMigration', row, { limits, signal }, async (): Promise<ScriptOutcome<'claimed' | 'taken'>> => {
        const refusal = (message: string) => ({ ...refused('error', message), statement: undefined });
        if (readOnly) return refusal(READ_ONLY);
        const transaction = open ?? begin();
        if (!transaction.history) return refusal('no such table: srdeploy_migrations');
        if (transaction.failed) return refusal('The transaction has failed.');
        open = transaction;
        if (claimRow(transaction.history, row, 0) === 'taken') {
          transaction.failed = true;
          return { type: 'done', value: 'taken' };
        }
        if (row.action === 'roll_back') world.rollbackSql.set(rowOf(row), row.sql);
        transaction.latest = rowKey(row.scope, row.path);
        transaction.statements.set(transaction.latest, 0);
        const ran = await runAll(transaction, statements, { limits, signal });
        return ran.type === 'done' ? { type: 'done', value: 'claimed' } : ran;
      }),
    runStatements: (statements, limits, signal) =>
      callScript('runStatements', statements, { limits, signal }, async (): Promise<ScriptOutcome<void>> => {
        if (!open) return { ...refused('error', NOT_OPEN), statement: undefined };
        return runAll(open, statements, { limits, signal });
      }),
    commitMigrations: (rows) => call('commitMigrations', rows, {}, () => inTransaction(() => commit(rows))),
    rollback: () =>
      call('rollback', undefined, {}, () => {
        open = undefined;
        return done();
      }),

    startAlone: (row, at, signal) =>
      call('startAlone', row, { signal }, (): SqlOutcome<'claimed' | 'taken'> => {
        if (readOnly) return refused('error', READ_ONLY);
        if (open) return refused('error', OPEN);
        if (!database.history) return refused('error', 'no such table: srdeploy_migrations');
        const claimed = claimRow(database.history, row, at);
        if (claimed === 'claimed' && row.action === 'roll_back') world.rollbackSql.set(rowOf(row), row.sql);
        return value(claimed);
      }),
    async runAlone(place, statement, limits, signal) {
      const isAtomic = atomicDdl && !/^\s*vacuum\b|\bconcurrently\b/i.test(statement.text);
      const flies = world.planned.find((one) => one.call === 'runAlone')?.behaviour.type;
      const row = aloneRow(place);
      if (lost === undefined && row && !isAtomic && (flies === 'lose' || flies === 'lose-after'))
        put({ ...row, statementIndex: place.index, inFlight: true });
      return call('runAlone', place, { limits, signal }, async (): Promise<SqlOutcome<void>> => {
        if (open) return refused('error', OPEN);
        if (!row) return refused('error', `The history has no row for ${place.path} that is not finished.`);
        world.statements.push(statement.text);
        const ran = sleeps(statement.text)
          ? await waitForEnd({ limits, signal })
          : runStatement(database, statement.text);
        if (ran.type === 'done' && (isAtomic || flies !== 'lose-after'))
          put({ ...row, statementIndex: place.index + 1, inFlight: false });
        return ran;
      });
    },
    finishAlone: (row) =>
      call('finishAlone', row, {}, () => {
        const found = aloneRow(row);
        if (!found) return refused('error', `The history has no row for ${row.path} that is not finished.`);
        put(finishRow(found, row.executionMs, found.statementIndex));
        return done();
      }),

    changeHistory: (change, signal) =>
      call('changeHistory', change, { signal }, () => {
        if (readOnly) return refused('error', READ_ONLY);
        if (open) return refused('error', OPEN);
        database.history ??= new Map();
        for (const { scope, path } of change.remove) database.history.delete(rowKey(scope, path));
        for (const row of change.put) put(row);
        return done();
      }),
    backup: (file, limits, signal) =>
      call('backup', file, { limits, signal }, () => {
        if (world.backups.has(file)) return refused('error', `${file} exists already. A backup is never overwritten.`);
        world.backups.add(file);
        return value({ bytes: 4096, sha256: digest('0'.repeat(64)) });
      }),
    async close() {
      world.calls.push({ call: 'close', argument: undefined });
      lose('The session is closed.');
    },
  };

  function commit(rows: readonly FinishedRow[]): SqlOutcome<void> {
    const transaction = open as Transaction;
    open = undefined;
    if (transaction.failed) return refused('error', 'The transaction has failed and was rolled back.');
    for (const { scope, path, executionMs } of rows) {
      const row = transaction.history?.get(rowKey(scope, path));
      const statements = transaction.statements.get(rowKey(scope, path));
      if (!row || statements === undefined) return refused('error', `The history has no row for ${path}.`);
      transaction.history?.set(rowKey(scope, path), finishRow(row, executionMs, statements));
    }
    Object.assign(database, { tables: transaction.tables, history: transaction.history });
    return done();
  }

  function rowOf(row: { readonly scope: string; readonly path: string }): string {
    return `${key} ${rowKey(row.scope, row.path)}`;
  }
}

function waitForEnd({ limits, signal }: Bounds): Promise<SqlOutcome<never>> {
  return new Promise((resolve) => {
    const end = (cause: 'timeout' | 'cancelled') => resolve(refused(cause, 'canceling statement'));
    if (limits?.timeoutMs !== undefined) setTimeout(() => end('timeout'), limits.timeoutMs);
    signal?.addEventListener('abort', () => end('cancelled'), { once: true });
  });
}
