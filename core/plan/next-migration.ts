import { migrationName } from '../read/migration-name.ts';
import { type MigrationFile, migrationFiles } from './migration-files.ts';
import { baseName } from './named-file.ts';

/** Names for the next migration of a folder and for its rollback. */
export interface NextMigration {
  readonly version: string;
  readonly migration: string;
  readonly rollback: string;
}

/** How a folder names its migrations: what stands before the version, how it is written, and what stands behind it. */
interface Style {
  readonly prefix: string;
  readonly separator: string;
  readonly isUpDown: boolean;
}

const ours: Style = { prefix: 'V', separator: '__', isUpDown: false };

/**
 * The next file names in the folder's own style: the version one higher than the highest, as wide as that; a timestamp where the folder counts by
 * time. Undefined where `name` has no letter or digit. `now` is taken in UTC.
 */
export function nextMigration(paths: readonly string[], name: string, now: Date): NextMigration | undefined {
  const slug = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  if (slug === '') return undefined;
  const last = migrationFiles(paths).files.findLast(({ kind }) => kind === 'versioned');
  const style = last ? styleOf(last) : ours;
  const version = last?.version === undefined ? '0001' : nextVersion(last, now);
  const written = last ? writtenLike(last, version) : version;
  const head = `${style.prefix}${written}${style.separator}${slug}`;
  return {
    version,
    migration: style.isUpDown ? `${head}.up.sql` : `${head}.sql`,
    rollback: rollbackName(head, written, slug, style, paths),
  };
}

function styleOf({ path }: MigrationFile): Style {
  const match = /^([Vv]?)\d+(?:[._]\d+)*(__|[-_.])?/.exec(baseName(path).replace(/(\.up)?\.sql$/i, ''));
  return {
    prefix: match?.[1] ?? '',
    separator: match?.[2] ?? (match?.[1] ? '__' : '_'),
    isUpDown: /\.up\.sql$/i.test(path),
  };
}

/** One higher in the last component, as wide as before; a moment where the last version was one. */
function nextVersion({ version = '0' }: MigrationFile, now: Date): string {
  const parts = version.split('.');
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  if (parts.length === 1 && /^(19|20)\d{12}$/.test(version)) return stamp > version ? stamp : oneHigher(version);
  if (parts.length === 4 && /^(19|20)\d{2}\.\d{2}\.\d{2}\.\d{6}$/.test(version)) {
    const moment = `${stamp.slice(0, 4)}.${stamp.slice(4, 6)}.${stamp.slice(6, 8)}.${stamp.slice(8)}`;
    if (moment > version) return moment;
  }
  return [...parts.slice(0, -1), oneHigher(parts.at(-1) ?? '0')].join('.');
}

const oneHigher = (digits: string): string => String(BigInt(digits) + 1n).padStart(digits.length, '0');

/** `1_2` stays `1_3`: components are separated as in the file before. */
const writtenLike = ({ path }: MigrationFile, version: string): string =>
  /^[Vv]?\d+_\d/.test(baseName(path)) && !/^[Vv]?\d+\.\d/.test(baseName(path)) ? version.replaceAll('.', '_') : version;

function rollbackName(
  head: string,
  written: string,
  slug: string,
  { prefix, separator, isUpDown }: Style,
  paths: readonly string[],
): string {
  const rollbacks = paths.map(baseName).filter((name) => migrationName(name).kind === 'rollback');
  if (isUpDown || rollbacks.some((name) => /\.down\.sql$/i.test(name))) return `${head}.down.sql`;
  const letter = rollbacks.map((name) => /^[RrUu]/.exec(name)?.[0]).findLast((found) => found !== undefined);
  if (letter !== undefined) return `${letter}${written}${separator}${slug}.sql`;
  return prefix === '' ? `${head}.down.sql` : `R${written}${separator}${slug}.sql`;
}
