import { compareVersions } from '../read/migration-version.ts';
import { baseName, type NamedMigration } from './named-file.ts';

/**
 * The order of migrations: by version (`V10` after `V9`, `1.10` after `1.2`, timestamps are long numbers), then those without a version by name,
 * then repeatable ones by name. Total: only a file and itself are equal. Spec: rulings, "Migration history, twice".
 */
export function compareMigrations(a: NamedMigration, b: NamedMigration): number {
  const kinds = ranks[a.name.kind] - ranks[b.name.kind];
  if (kinds !== 0) return kinds;
  const versions =
    a.name.kind === 'versioned' && b.name.kind === 'versioned' ? compareVersions(a.name.version, b.name.version) : 0;
  return versions || compareText(baseName(a.path), baseName(b.path)) || compareText(a.path, b.path);
}

const ranks = { versioned: 0, named: 1, repeatable: 2 } as const;

/** By code units: the same on every machine, whatever its language. */
const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
