import type { SqlOutcome } from '../../core/index.ts';
import { done, refused } from '../sql-refusal.ts';
import type { Bounds } from './bounds.ts';
import type { Step } from './step.ts';
import { nothing, plain, type WireSession } from './wire-session.ts';

/** What a `CREATE INDEX CONCURRENTLY` names, as it is written. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly table: string;
}

const BLANK = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`;
const NAME = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const CREATE = new RegExp(
  `^CREATE${BLANK}+(?:UNIQUE${BLANK}+)?INDEX${BLANK}+CONCURRENTLY${BLANK}+(?:IF${BLANK}+NOT${BLANK}+EXISTS${BLANK}+)?` +
    String.raw`(${NAME})${BLANK}+ON${BLANK}+(?:ONLY${BLANK}+)?(${NAME}(?:${BLANK}*\.${BLANK}*${NAME})?)`,
  'iu',
);

/** The index that a statement builds concurrently; undefined for any other statement, and where the index has no name. */
export function concurrentIndex(statement: string): ConcurrentIndex | undefined {
  const [, name, table] = CREATE.exec(statement) ?? [];
  return name === undefined || table === undefined ? undefined : { name, table };
}

/** Finds the index beside its table: whether it is valid, who builds it now, and how it is named for a statement. */
const find = ({ name, table }: ConcurrentIndex, serverMajor: number): Step => ({
  text: `SELECT i.indisvalid, ${serverMajor < 12 ? 'NULL' : '(SELECT pg_catalog.min(p.pid) FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid AND p.pid <> pg_catalog.pg_backend_pid())'},
  pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = (pg_catalog.parse_ident($2))[1]
JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid AND i.indrelid = t.oid
WHERE t.oid = pg_catalog.to_regclass($1)`,
  values: [table, name],
  maxRows: 1,
});

/**
 * Drops an invalid index of the name, which an earlier attempt left behind, so that the statement can build it anew. Refused where another
 * session builds it now. Answers the index that was dropped.
 */
export async function dropInvalidIndex(
  wire: WireSession,
  index: ConcurrentIndex,
  serverMajor: number,
  bounds: Bounds,
): Promise<SqlOutcome<string | undefined>> {
  const found = await wire.exchange([find(index, serverMajor)], bounds);
  if (found.type !== 'done') return plain(found);
  const [valid, builder, name] = found.value[0]?.rows[0] ?? [];
  if (valid !== 'f' || !name) return { type: 'done', value: undefined };
  if (builder) return refused('error', `The index ${name} is being built by session ${builder} of the server.`);
  const dropped = await wire.exchange([{ text: `DROP INDEX CONCURRENTLY IF EXISTS ${name}` }], bounds);
  return dropped.type === 'done' ? { type: 'done', value: name } : plain(dropped);
}

/** Refused where the index is there and not valid: the server did not finish it. */
export async function needValidIndex(
  wire: WireSession,
  index: ConcurrentIndex,
  serverMajor: number,
): Promise<SqlOutcome<void>> {
  const found = await wire.exchange([find(index, serverMajor)], { timeoutMs: undefined, signal: undefined });
  const [valid, , name] = found.type === 'done' ? (found.value[0]?.rows[0] ?? []) : [];
  if (valid !== 'f') return nothing(found.type === 'done' ? done() : found);
  return refused('error', `The index ${name} was left invalid by the server.`, {
    hint: 'Run the migration again: an invalid index of this name is dropped first.',
  });
}
