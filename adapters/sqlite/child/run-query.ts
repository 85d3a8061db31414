import type { QueryResult } from '../../../core/index.ts';
import { withoutLeadingBlanks } from '../../statement-guard.ts';
import type { SqliteConnection } from './driver.ts';
import { Refusal } from './failure.ts';

/** Runs one statement in a transaction that the caller rolls back; the connection is `query_only`. */
export function runQuery(database: SqliteConnection, sql: string, maxRows: number): QueryResult {
  const text = withoutLeadingBlanks(sql);
  database.exec('BEGIN');
  const statement = database.prepare(text);
  // SQLite compiles the first statement and leaves the rest alone; what it compiled is what it tells here.
  if (withoutLeadingBlanks(text.slice(statement.expandedSQL.length)) !== '')
    throw new Refusal('A query is one statement; this text holds more than one.');
  statement.setReadBigInts(true);
  const columns = statement.columns().map(({ name }) => name);
  const rows: unknown[][] = [];
  if (maxRows > 0 && columns.length > 0) {
    statement.setReturnArrays?.(true);
    for (const row of statement.iterate()) {
      rows.push((Array.isArray(row) ? row : Object.values(row as object)).map(plainValue));
      if (rows.length >= maxRows) break;
    }
  } else if (columns.length === 0) statement.run();
  return { columns, rows };
}

/** Whole numbers beyond what a JavaScript number holds exactly are given as text, as the PostgreSQL driver gives them. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
