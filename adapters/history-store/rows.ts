import type { BindParams, Database, SqlValue } from 'sql.js';

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

export const textIn = (row: Row, column: string): string => String(row[column]);
export const numberIn = (row: Row, column: string): number => Number(row[column]);
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null || row[column] === undefined ? undefined : String(row[column]);
