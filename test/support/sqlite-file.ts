import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

interface Statement {
  all(...values: unknown[]): Record<string, unknown>[];
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

const require = createRequire(join(resolve(import.meta.dirname, '../..'), 'package.json'));

/** Looks into a SQLite file from outside, with native locks. */
export function openSqlite(file: string): Database {
  const { DatabaseSync } = require('@photostructure/sqlite') as { DatabaseSync: new (file: string) => Database };
  const database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 10000');
  return database;
}

/** The rows of one query. */
export function rowsIn(file: string, sql: string): Record<string, unknown>[] {
  const database = openSqlite(file);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
