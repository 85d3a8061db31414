import { type Databases, dialectOf } from '../core/index.ts';
import type { SqliteChild } from './sqlite/sqlite-child.ts';

export type { SqliteChild } from './sqlite/sqlite-child.ts';

/** Target databases of every backend. A driver is loaded by the first connection that needs it. */
export function createDatabases(options: { readonly sqlite: SqliteChild }): Databases {
  const sqlite = lazy(async () => (await import('./sqlite/sqlite-databases.ts')).createSqliteDatabases(options.sqlite));
  const postgresql = lazy(async () =>
    (await import('./postgresql/postgresql-databases.ts')).createPostgresqlDatabases(),
  );
  const mysql = lazy(async () => (await import('./mysql/mysql-databases.ts')).createMysqlDatabases());
  const firebird = lazy(async () => (await import('./firebird/firebird-databases.ts')).createFirebirdDatabases());
  /** Only a driver that somebody has expected something of is asked to end it: the others are not loaded for that. */
  let hasExpected = false;
  return {
    async peekHistory(connection, scope) {
      if (connection.backend !== 'sqlite') return undefined;
      const { peekHistory } = await import('./sqlite/peek-history.ts');
      return peekHistory(options.sqlite, connection.file, scope);
    },
    expect(connection, marker) {
      if (connection.backend !== 'sqlite') return;
      hasExpected = true;
      // Nobody waits for it; where it fails, connecting does, and says so.
      void sqlite()
        .then((databases) => databases.expect?.(connection, marker))
        .catch(() => undefined);
    },
    async unexpect(marker) {
      if (hasExpected) await (await sqlite()).unexpect?.(marker);
    },
    async connect(connection, connectOptions, signal) {
      switch (dialectOf(connection)) {
        case 'sqlite':
          return (await sqlite()).connect(connection, connectOptions, signal);
        case 'postgresql':
          return (await postgresql()).connect(connection, connectOptions, signal);
        case 'mysql':
          return (await mysql()).connect(connection, connectOptions, signal);
        case 'firebird':
          return (await firebird()).connect(connection, connectOptions, signal);
        case 'scratchbird':
          return {
            type: 'unsupported',
            message: `The connection "${connection.ref}" does not say how the ScratchBird server is reached. Give it "protocol": "postgresql", "mysql" or "firebird".`,
          };
      }
    },
  };
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
