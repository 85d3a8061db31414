import type { QueryResult } from '../../../core/index.ts';
import type { SqliteConnection } from './driver.ts';
import { Refusal } from './failure.ts';

/** ATTACH makes a file even where nothing may be written, so only what reads is let in. */
const READS = /^(?:SELECT|WITH|VALUES|EXPLAIN|PRAGMA)\b/i;

/** Runs one statement in a transaction that the caller rolls back; the connection is `query_only`. */
export function runQuery(database: SqliteConnection, sql: string, maxRows: number): QueryResult {
  const text = withoutOuterBlanks(sql);
  if (!READS.test(text)) throw new Refusal('A query begins with SELECT, WITH, VALUES, EXPLAIN or PRAGMA.');
  database.exec('BEGIN');
  const statement = database.prepare(text);
  // SQLite compiles the first statement and leaves the rest alone; what it compiled is what it tells here.
  if (withoutOuterBlanks(text.slice(statement.expandedSQL.length)) !== '')
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

/** Without white space, comments and semicolons in front and, where nothing else is left, behind. */
function withoutOuterBlanks(sql: string): string {
  return sql.replace(/^(?:[\s;\ufeff]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '');
}
