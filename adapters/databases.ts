import { type Databases, dialectOf, type ResolvedConnection } from '../core/index.ts';
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
  /** The drivers of which something was expected, by marker: the others are not loaded to end it. */
  const expecting = new Map<string, () => Promise<Databases>>();
  const expectingDriver = (connection: ResolvedConnection) =>
    ({ sqlite, postgresql, mysql: undefined, firebird: undefined, scratchbird: undefined })[dialectOf(connection)];
  return {
    async peekHistory(connection, scope) {
      if (connection.backend !== 'sqlite') return undefined;
      const { peekHistory } = await import('./sqlite/peek-history.ts');
      return peekHistory(options.sqlite, connection.file, scope);
    },
    expect(connection, marker) {
      const driver = expectingDriver(connection);
      if (!driver) return;
      expecting.set(marker, driver);
      // Nobody waits for it; where it fails, connecting does, and says so.
      void driver()
        .then((databases) => databases.expect?.(connection, marker))
        .catch(() => undefined);
    },
    async unexpect(marker) {
      const driver = expecting.get(marker);
      expecting.delete(marker);
      if (driver) await (await driver()).unexpect?.(marker);
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
