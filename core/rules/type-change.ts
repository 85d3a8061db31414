import type { Backend } from '../model/connection.ts';

interface SqlType {
  readonly name: string;
  readonly sizes: readonly number[];
}

const ALIASES: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  character: 'char',
  bpchar: 'char',
  decimal: 'numeric',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

/** True for a change of type that neither loses values nor writes the table anew. `from` undefined: not known, so not safe. */
export function isSafeTypeChange(from: string | undefined, to: string, dialect: Backend): boolean {
  if (from === undefined) return false;
  const [a, b] = [typeOf(from), typeOf(to)];
  if (a.name === b.name && a.sizes.join() === b.sizes.join()) return true;
  const [aSize, bSize] = [a.sizes[0], b.sizes[0]];
  if (a.name === 'varchar' && b.name === 'varchar') return isWider(aSize, bSize, dialect);
  if (dialect !== 'postgresql') return false;
  if (a.name === 'varchar' && b.name === 'text') return true;
  if (a.name === 'text' && b.name === 'varchar') return bSize === undefined;
  if (a.name === 'cidr' && b.name === 'inet') return true;
  if (a.name !== 'numeric' || b.name !== 'numeric') return false;
  return bSize === undefined || (aSize !== undefined && bSize >= aSize && (a.sizes[1] ?? 0) === (b.sizes[1] ?? 0));
}

/** MySQL stores the length in one byte up to 255 bytes: crossing that line copies the table. Four bytes a character are assumed. */
function isWider(from: number | undefined, to: number | undefined, dialect: Backend): boolean {
  if (to === undefined) return dialect === 'postgresql';
  if (from === undefined || to < from) return false;
  return dialect !== 'mysql' || from > 255 || to <= 63;
}

function typeOf(text: string): SqlType {
  const [, name = text, sizes = ''] = /^([^(]+?)\s*(?:\(([\d\s,]*)\))?$/.exec(text.trim().toLowerCase()) ?? [];
  return { name: ALIASES[name] ?? name, sizes: sizes.split(',').filter(Boolean).map(Number) };
}
