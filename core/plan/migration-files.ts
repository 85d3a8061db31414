import type { Problem } from '../model/problem.ts';
import { type MigrationName, migrationName } from './migration-name.ts';
import { compareMigrations } from './migration-order.ts';
import { fileProblem, type NamedFile } from './named-file.ts';
import { pairRollbacks } from './pair-rollbacks.ts';

/** A migration of a folder. Paths are relative to the project. */
export interface MigrationFile {
  readonly path: string;
  readonly kind: 'versioned' | 'named' | 'repeatable';
  /** Undefined for files without one. */
  readonly version: string | undefined;
  /** What the name says behind the version. */
  readonly description: string;
  /** The script that takes it back; undefined where the folder has none. */
  readonly rollback: string | undefined;
}

export interface MigrationFolder {
  /** In the order that they run in. */
  readonly files: readonly MigrationFile[];
  /** What is odd about the names: errors where it is not clear what belongs together, hints where a file is left out. */
  readonly problems: readonly Problem[];
}

/**
 * The migrations among the files of a folder, in order and with their rollbacks. The order of `paths` does not matter.
 * Spec: rulings, "Migration history, twice".
 */
export function migrationFiles(paths: readonly string[]): MigrationFolder {
  const named = [...paths].sort().map((path) => ({ path, name: migrationName(path) }));
  const migrations = [...ofKind(named, 'versioned'), ...ofKind(named, 'named'), ...ofKind(named, 'repeatable')].sort(
    compareMigrations,
  );
  const { pairs, problems } = pairRollbacks(migrations, ofKind(named, 'rollback'));
  return {
    files: migrations.map(({ path, name }) => ({
      path,
      kind: name.kind,
      version: name.kind === 'versioned' ? name.version : undefined,
      description: name.description,
      rollback: pairs.get(path),
    })),
    problems: [...problems, ...ofKind(named, 'unversioned').map(({ path }) => unversioned(path))],
  };
}

const ofKind = <Kind extends MigrationName['kind']>(files: readonly NamedFile[], kind: Kind): NamedFile<Kind>[] =>
  files.filter((file): file is NamedFile<Kind> => file.name.kind === kind);

const unversioned = (path: string): Problem =>
  fileProblem(
    'MIGRATION_NAME',
    path,
    `${path} is not run: its name begins with no version. Name it like V0003__add_orders.sql, or begin its name with "_" if it is no migration.`,
    'hint',
  );
