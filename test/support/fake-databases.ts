import {
  type AppliedMigration,
  type ConnectFailure,
  type DatabaseSession,
  type Databases,
  digest,
  type Limits,
  type QueryResult,
  type ResolvedConnection,
  type SqlError,
  type SqlOutcome,
} from '../../core/index.ts';

export type FakeCall = Exclude<keyof DatabaseSession, 'backend' | 'serverVersion' | 'close'>;

/**
 * What the next call of a kind does instead: `lose` loses the connection before it had any effect, `lose-after` after it, `wait` waits
 * for the signal or the time limit.
 */
export type FakeBehaviour =
  | { readonly type: 'lose' | 'lose-after' | 'wait' }
  | { readonly type: 'refuse'; readonly message: string; readonly sqlstate?: string };

export interface FakeDatabase {
  /** Rows by table. */
  tables: Map<string, string[]>;
  history: Map<string, AppliedMigration> | undefined;
}

export interface FakeDatabases extends Databases {
  /** The committed contents of the database that a connection reaches; made when first asked for. */
  at(connection: ResolvedConnection): FakeDatabase;
  next(call: FakeCall, behaviour: FakeBehaviour): void;
  /** Makes connecting fail; undefined mends it. */
  failConnect(failure: ConnectFailure | undefined): void;
  /** Every call with its first argument, in order, over all sessions. */
  readonly calls: readonly { readonly call: FakeCall | 'connect' | 'close'; readonly argument: unknown }[];
}

/**
 * Databases in memory with transactions, locks and history. They know `CREATE TABLE x`, `INSERT INTO x`, `DROP TABLE x`, `SELECT 1`,
 * `SELECT * FROM x` and `SELECT SLEEP`, which never ends by itself; anything else is a syntax error at its first character.
 */
export function fakeDatabases(): FakeDatabases {
  const databases = new Map<string, FakeDatabase>();
  const locks = new Map<string, object>();
  const planned: { call: FakeCall; behaviour: FakeBehaviour }[] = [];
  const calls: { call: FakeCall | 'connect' | 'close'; argument: unknown }[] = [];
  const backups = new Set<string>();
  let failure: ConnectFailure | undefined;
  const at = (connection: ResolvedConnection): FakeDatabase => {
    const key = keyOf(connection);
    const found = databases.get(key) ?? { tables: new Map(), history: undefined };
    databases.set(key, found);
    return found;
  };

  return {
    at,
    calls,
    next: (call, behaviour) => planned.push({ call, behaviour }),
    failConnect: (wanted) => {
      failure = wanted;
    },
    async connect(connection, options, signal) {
      calls.push({ call: 'connect', argument: connection.ref });
      if (failure) return failure;
      if (signal.aborted) return { type: 'unreachable', message: 'cancelled' };
      if (connection.backend === 'sqlite' && options.mode === 'read-only' && !databases.has(keyOf(connection)))
        return { type: 'missing-file', message: `${connection.file} does not exist.` };
      const parts = { connection, key: keyOf(connection), database: at(connection), locks, planned, calls, backups };
      return { type: 'connected', session: createFakeSession(parts, options.mode === 'read-only') };
    },
  };
}

interface Parts {
  readonly connection: ResolvedConnection;
  readonly key: string;
  readonly database: FakeDatabase;
  readonly locks: Map<string, object>;
  readonly planned: { call: FakeCall; behaviour: FakeBehaviour }[];
  readonly calls: { call: FakeCall | 'connect' | 'close'; argument: unknown }[];
  readonly backups: Set<string>;
}

function createFakeSession(parts: Parts, readOnly: boolean): DatabaseSession {
  const { database, locks, key } = parts;
  const me = {};
  let lost: string | undefined;
  let open: (FakeDatabase & { statements: number }) | undefined;
  const lose = (message: string): SqlOutcome<never> => {
    lost = message;
    open = undefined;
    for (const [lock, holder] of locks) if (holder === me) locks.delete(lock);
    return { type: 'lost', message };
  };
  const inTransaction = <T>(work: (transaction: NonNullable<typeof open>) => SqlOutcome<T>): SqlOutcome<T> =>
    open ? work(open) : refused('error', 'No transaction is open.');

  async function call<T>(
    name: FakeCall,
    argument: unknown,
    bounds: { limits?: Limits; signal?: AbortSignal },
    work: () => SqlOutcome<T>,
  ): Promise<SqlOutcome<T>> {
    parts.calls.push({ call: name, argument });
    await Promise.resolve();
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    const index = parts.planned.findIndex((one) => one.call === name);
    const behaviour = index < 0 ? undefined : parts.planned.splice(index, 1)[0]?.behaviour;
    const sleeps = (name === 'execute' || name === 'query') && /^select\s+sleep\b/i.test(String(argument));
    switch (sleeps ? 'wait' : behaviour?.type) {
      case 'lose':
        return lose('the connection was reset');
      case 'lose-after':
        work();
        return lose('the connection was reset');
      case 'wait':
        return refused(await waitForEnd(bounds.limits?.timeoutMs, bounds.signal), 'canceling statement');
      case 'refuse':
        return behaviour?.type === 'refuse' ? refused('error', behaviour.message, behaviour.sqlstate) : work();
      case undefined:
        return work();
    }
  }

  return {
    backend: parts.connection.backend,
    serverVersion: 'Fake 1.0',
    ping: (signal) => call('ping', undefined, { signal }, done),
    query: (sql, maxRows, limits, signal) =>
      call('query', sql, { limits, signal }, () => runQuery(database, sql, maxRows)),
    countObjects: (signal) => call('countObjects', undefined, { signal }, () => value(database.tables.size)),
    readHistory: (scope, signal) =>
      call('readHistory', scope, { signal }, () =>
        value(database.history && [...database.history.values()].filter((row) => row.scope === scope)),
      ),
    ensureHistory: (signal) =>
      call('ensureHistory', undefined, { signal }, () => {
        if (readOnly) return refused('error', 'The session is read-only.');
        database.history ??= new Map();
        return done();
      }),
    tryLock: (scope, signal) =>
      call('tryLock', scope, { signal }, () => {
        const lock = `${key} ${scope}`;
        if (locks.has(lock) && locks.get(lock) !== me) return value('session 1 "srdeploy other"');
        locks.set(lock, me);
        return value(undefined);
      }),
    begin: (limits, signal) =>
      call('begin', undefined, { limits, signal }, () => {
        if (readOnly) return refused('error', 'The session is read-only.');
        if (open) return refused('error', 'The transaction of a migration is open.');
        open = { ...structuredClone(database), statements: 0 };
        return done();
      }),
    claim: (row, signal) =>
      call('claim', row, { signal }, () =>
        inTransaction(({ history }) => {
          if (!history) return refused('error', 'no such table: srdeploy_migrations');
          if (history.get(rowKey(row.scope, row.path))?.status === 'succeeded') return value('taken' as const);
          const appliedAt = '2026-02-05T12:00:00.000Z';
          history.set(rowKey(row.scope, row.path), {
            ...row,
            status: 'started',
            executionMs: 0,
            statementIndex: 0,
            appliedAt,
          });
          return value('claimed' as const);
        }),
      ),
    execute: (statement, limits, signal) =>
      call('execute', statement, { limits, signal }, () =>
        inTransaction((transaction) => {
          transaction.statements += 1;
          return runStatement(transaction, statement);
        }),
      ),
    commit: (scope, path, executionMs) =>
      call('commit', path, {}, () =>
        inTransaction(({ tables, history, statements }) => {
          open = undefined;
          const row = history?.get(rowKey(scope, path));
          if (!row) return refused('error', `The history has no row for ${path}.`);
          history?.set(rowKey(scope, path), { ...row, status: 'succeeded', executionMs, statementIndex: statements });
          Object.assign(database, { tables, history });
          return done();
        }),
      ),
    rollback: () =>
      call('rollback', undefined, {}, () => {
        open = undefined;
        return done();
      }),
    backup: (file, limits, signal) =>
      call('backup', file, { limits, signal }, () => {
        if (parts.backups.has(file)) return refused('error', `${file} exists already. A backup is never overwritten.`);
        parts.backups.add(file);
        return value({ bytes: 4096, sha256: digest('0'.repeat(64)) });
      }),
    async close() {
      parts.calls.push({ call: 'close', argument: undefined });
      lose('The session is closed.');
    },
  };
}

function runStatement({ tables }: FakeDatabase, statement: string): SqlOutcome<void> {
  const [, verb, name = ''] =
    /^(create\s+table|insert\s+into|drop\s+table|select\s+\*\s+from|select)\s+("?\w+"?)/i.exec(statement) ?? [];
  const word = verb?.toLowerCase().split(/\s/)[0];
  if (!word) return refused('error', `syntax error at or near "${statement.split(/\s/)[0]}"`, '42601', 0);
  if (verb?.toLowerCase() === 'select') return done();
  if (word === 'create') {
    if (tables.has(name)) return refused('error', `relation "${name}" already exists`, '42P07');
    tables.set(name, []);
    return done();
  }
  const rows = tables.get(name);
  if (!rows) return refused('error', `relation "${name}" does not exist`, '42P01', statement.indexOf(name));
  if (word === 'insert') rows.push(statement);
  if (word === 'drop') tables.delete(name);
  return done();
}

function runQuery(database: FakeDatabase, sql: string, maxRows: number): SqlOutcome<QueryResult> {
  if (/;\s*\S/.test(sql)) return refused('error', 'A query is one statement; this text holds more than one.');
  if (!/^\s*select\b/i.test(sql)) return refused('error', 'A query only reads.', '25006', 0);
  const checked = runStatement(database, sql.trim());
  if (checked.type !== 'done') return checked;
  const table = /from\s+(\w+)/i.exec(sql)?.[1];
  const rows = table ? (database.tables.get(table) ?? []).map((row) => [row]) : [[1]];
  return value({ columns: ['value'], rows: rows.slice(0, maxRows) });
}

function waitForEnd(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<'timeout' | 'cancelled'> {
  return new Promise((resolve) => {
    if (timeoutMs !== undefined) setTimeout(() => resolve('timeout'), timeoutMs);
    signal?.addEventListener('abort', () => resolve('cancelled'), { once: true });
  });
}

const keyOf = (connection: ResolvedConnection): string =>
  connection.backend === 'sqlite' ? connection.file : `${connection.host}:${connection.port}/${connection.database}`;
const rowKey = (scope: string, path: string): string => JSON.stringify([scope, path]);
const value = <T>(answer: T): SqlOutcome<T> => ({ type: 'done', value: answer });
const done = (): SqlOutcome<void> => ({ type: 'done', value: undefined });

function refused(
  cause: 'error' | 'timeout' | 'cancelled',
  message: string,
  sqlstate?: string,
  offset?: number,
): SqlOutcome<never> {
  const error: SqlError = { message, sqlstate, offset, detail: undefined, hint: undefined };
  return { type: 'refused', cause, error };
}
