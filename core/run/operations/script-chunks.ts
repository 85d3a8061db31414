import type { PreparedScript } from '../../plan/prepare-script.ts';
import type { ScriptStatement } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';

interface Chunk {
  /** Index of its first statement in the script. */
  readonly from: number;
  readonly echoes: readonly string[];
  readonly statements: readonly ScriptStatement[];
}

/** So many statements and UTF-16 units go in one request at most; the lease is looked at between two of them. */
const mostStatements = 256;
const mostLength = 1_048_576;

/** A script in requests of a bounded size; what it echoes comes between two of them, at its place. */
export function chunksOf({ statements, directives }: Pick<PreparedScript, 'statements' | 'directives'>): Chunk[] {
  const echoes = new Set(directives.flatMap((one) => (one.type === 'echo' ? [one.before] : [])));
  const chunks: Chunk[] = [];
  let from = 0;
  let length = 0;
  const close = (to: number) => {
    chunks.push({
      from,
      echoes: echoesBefore(directives, from),
      statements: statements.slice(from, to).map(asSent),
    });
    from = to;
    length = 0;
  };
  for (const [i, { text, copyData }] of statements.entries()) {
    const own = text.length + (copyData?.length ?? 0);
    const isFull = i - from >= mostStatements || length + own > mostLength;
    if (i > from && (isFull || echoes.has(i))) close(i);
    length += own;
  }
  if (from < statements.length || chunks.length === 0) close(statements.length);
  return chunks;
}

export const asSent = ({ text, copyData }: SqlStatement): ScriptStatement =>
  copyData === undefined ? { text } : { text, copyData };

/** What a script says to whoever watches, before the statement with an index. */
export const echoesBefore = (directives: PreparedScript['directives'], index: number): readonly string[] =>
  directives.flatMap((one) => (one.type === 'echo' && one.before === index ? [one.text] : []));
