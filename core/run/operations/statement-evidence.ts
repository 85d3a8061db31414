import type { Backend } from '../../model/connection.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';

type Kind = 'table' | 'view' | 'index';

/** What a statement creates, as far as its first words tell. `name` is as it is written. */
interface Created {
  readonly kind: Kind;
  readonly name: string;
}

const CREATES =
  /^create\s+(?:or\s+replace\s+|global\s+|local\s+|temp(?:orary)?\s+|unlogged\s+|unique\s+|fulltext\s+|spatial\s+|materialized\s+|asc(?:ending)?\s+|desc(?:ending)?\s+)*(table|view|index)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?((?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$]+))?)/i;

const lookMs = 5_000;

/**
 * What the target says about a statement that was in flight: a sentence for the person who must decide, undefined where nothing can be
 * asked. It is no proof: what it finds may have been there before.
 */
export async function statementEvidence(
  statement: SqlStatement,
  session: DatabaseSession,
  dialect: Backend,
  signal: AbortSignal,
): Promise<string | undefined> {
  const created = createdBy(statement.text);
  const sql = created && existsQuery(created, dialect);
  if (!created || sql === undefined) return undefined;
  const answer = await session.query(sql, 1, { timeoutMs: lookMs }, signal);
  if (answer.type !== 'done') return undefined; // Evidence is a help; the question stands without it.
  const [row] = answer.value.rows;
  if (!row) return `The target has no ${created.kind} ${created.name} now.`;
  const isValid = row[0] !== 'invalid';
  return isValid
    ? `The target has the ${created.kind} ${created.name} now.`
    : `The target has the index ${created.name} now, but it is invalid: it was not built to its end.`;
}

export function createdBy(text: string): Created | undefined {
  const match = CREATES.exec(text);
  return match ? { kind: (match[1] as string).toLowerCase() as Kind, name: match[2] as string } : undefined;
}

/** One row where it exists. */
function existsQuery({ kind, name }: Created, dialect: Backend): string | undefined {
  const parts = name.split(/\s*\.\s*(?=(?:[^"`]*["`][^"`]*["`])*[^"`]*$)/).map((part) => nameIn(part, dialect));
  const own = quoted(parts.at(-1) ?? '');
  const owner = parts.length > 1 ? quoted(parts[0] ?? '') : undefined;
  switch (dialect) {
    case 'postgresql':
      return `SELECT CASE WHEN i.indisvalid IS FALSE THEN 'invalid' ELSE 'valid' END FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relname = ${own} AND ${owner === undefined ? 'n.nspname = ANY (pg_catalog.current_schemas(true))' : `n.nspname = ${owner}`}`;
    case 'sqlite':
      return `SELECT 'valid' FROM sqlite_schema WHERE type = '${kind}' AND name = ${own} COLLATE NOCASE`;
    case 'mysql': {
      const schema = owner ?? 'DATABASE()';
      return kind === 'index'
        ? `SELECT 'valid' FROM information_schema.statistics WHERE table_schema = ${schema} AND index_name = ${own}`
        : `SELECT 'valid' FROM information_schema.tables WHERE table_schema = ${schema} AND table_name = ${own}`;
    }
    case 'firebird':
      return kind === 'index'
        ? `SELECT 'valid' FROM rdb$indices WHERE rdb$index_name = ${own}`
        : `SELECT 'valid' FROM rdb$relations WHERE rdb$relation_name = ${own}`;
    case 'scratchbird':
      return undefined;
  }
}

/** A name as the server stores it. */
function nameIn(written: string, dialect: Backend): string {
  if (/^["`[]/.test(written)) return written.slice(1, -1);
  if (dialect === 'postgresql') return written.toLowerCase();
  return dialect === 'firebird' ? written.toUpperCase() : written;
}

/** As a string of SQL; a backslash means something in MySQL, and no name that is looked for has one. */
const quoted = (name: string): string => `'${name.replaceAll('\\', '').replaceAll("'", "''")}'`;
