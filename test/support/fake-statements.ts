import { done, refused, value } from '../../adapters/sql-refusal.ts';
import type { QueryResult, SqlOutcome } from '../../core/index.ts';
import type { FakeDatabase } from './fake-databases.ts';

/** True for the statement that never ends by itself. */
export const sleeps = (statement: string): boolean => /^select\s+sleep\b/i.test(statement);

export function runStatement({ tables }: FakeDatabase, statement: string): SqlOutcome<void> {
  if (/^vacuum\b/i.test(statement)) return done();
  const [, verb, name = ''] =
    /^(create\s+table|insert\s+into|drop\s+table|select\s+\*\s+from|select)\s+("?\w+"?)/i.exec(statement) ?? [];
  const word = verb?.toLowerCase().split(/\s/)[0];
  if (!word)
    return refused('error', `syntax error at or near "${statement.split(/\s/)[0]}"`, { sqlstate: '42601', offset: 0 });
  if (verb?.toLowerCase() === 'select') return done();
  if (word === 'create') {
    if (tables.has(name)) return refused('error', `relation "${name}" already exists`, { sqlstate: '42P07' });
    tables.set(name, []);
    return done();
  }
  const rows = tables.get(name);
  if (!rows)
    return refused('error', `relation "${name}" does not exist`, {
      sqlstate: '42P01',
      offset: statement.indexOf(name),
    });
  if (word === 'insert') rows.push(statement);
  if (word === 'drop') tables.delete(name);
  return done();
}

export function runQuery(database: FakeDatabase, sql: string, maxRows: number): SqlOutcome<QueryResult> {
  if (/;\s*\S/.test(sql)) return refused('error', 'A query is one statement; this text holds more than one.');
  if (!/^\s*select\b/i.test(sql)) return refused('error', 'A query only reads.', { sqlstate: '25006', offset: 0 });
  const checked = runStatement(database, sql.trim());
  if (checked.type !== 'done') return checked;
  const table = /from\s+(\w+)/i.exec(sql)?.[1];
  const rows = table ? (database.tables.get(table) ?? []).map((row) => [row]) : [[1]];
  return value({ columns: ['value'], rows: rows.slice(0, maxRows) });
}
