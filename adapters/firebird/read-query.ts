import type { QueryResult, SqlError, SqlOutcome } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import { queryRefusal } from '../statement-guard.ts';
import type { Attachment } from './attachment.ts';
import type { Bounds } from './stop-after.ts';

/** Runs a query in a read-only transaction that is rolled back; no more rows are fetched than are wanted. */
export async function readQuery(
  attachment: Attachment,
  sql: string,
  maxRows: number,
  bounds: Bounds,
): Promise<SqlOutcome<QueryResult>> {
  const error = queryRefusal(sql) ?? sequenceRefusal(sql);
  if (error) return { type: 'refused', cause: 'error', error };
  return attachment.transact('read', bounds, async (work) => {
    const { columns, rows } = await work.run(sql, [], { maxRows: Math.max(1, maxRows), isQuery: true });
    return { columns, rows: rows.slice(0, maxRows) };
  });
}

const ADVANCES = /\bNEXT\s+VALUE\s+FOR\b|\bGEN_ID\s*\(\s*[^,()]+,(?!\s*0\s*\))/i;

/** A sequence is moved on in a read-only transaction too, and no rollback takes it back. */
function sequenceRefusal(sql: string): SqlError | undefined {
  const offset = withoutTexts(sql).search(ADVANCES);
  if (offset < 0) return undefined;
  return sqlErrorOf('The query takes the next value of a sequence, which changes it. GEN_ID(name, 0) only reads it.', {
    offset,
  });
}

/** With blanks in the place of texts, quoted names and comments. */
const withoutTexts = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => ' '.repeat(found.length));
