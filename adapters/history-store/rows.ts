import type { BindParams, Database, SqlValue, Statement } from 'sql.js';

export type Row = Readonly<Record<string, SqlValue>>;

/** All rows of one query. */
export function rowsOf(database: Database, sql: string, params: BindParams = []): readonly Row[] {
  const statement = database.prepare(sql);
  try {
    statement.bind(params);
    const rows: Row[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows;
  } finally {
    statement.free();
  }
}

/** Runs statements that change something; each text is prepared once, however often it is run. */
export type Change = (sql: string, params: readonly SqlValue[]) => void;

/** All of `work` in one transaction. Its statements live no longer: saving the database would make them useless. */
export function inTransaction(database: Database, work: (change: Change) => void): void {
  const prepared = new Map<string, Statement>();
  const change: Change = (sql, params) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    statement.run([...params]);
  };
  database.run('BEGIN');
  try {
    work(change);
    free(prepared);
    database.run('COMMIT');
  } catch (error) {
    free(prepared);
    database.run('ROLLBACK');
    throw error;
  }
}

function free(prepared: ReadonlyMap<string, Statement>): void {
  for (const statement of prepared.values()) statement.free();
}

export const textIn = (row: Row, column: string): string => String(row[column]);
export const numberIn = (row: Row, column: string): number => Number(row[column]);
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null || row[column] === undefined ? undefined : String(row[column]);
