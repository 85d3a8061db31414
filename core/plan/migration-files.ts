import type { Problem } from '../model/problem.ts';
import { migrationName } from '../read/migration-name.ts';
import { compareMigrations } from './migration-order.ts';
import { fileProblem, type NamedFile, type NamedMigration, type NamedRollback } from './named-file.ts';
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
  const named = [...paths].sort().map((path): NamedFile => ({ path, name: migrationName(path) }));
  const migrations = named.filter(isMigration).sort(compareMigrations);
  const { pairs, problems } = pairRollbacks(migrations, named.filter(isRollback));
  const nameless = named.filter(({ name }) => name.kind === 'unversioned');
  return {
    files: migrations.map(({ path, name }) => ({
      path,
      kind: name.kind,
      version: name.kind === 'versioned' ? name.version : undefined,
      description: name.description,
      rollback: pairs.get(path),
    })),
    problems: [...problems, ...nameless.map(({ path }) => unversioned(path))],
  };
}

const isMigration = (file: NamedFile): file is NamedMigration =>
  file.name.kind === 'versioned' || file.name.kind === 'named' || file.name.kind === 'repeatable';

const isRollback = (file: NamedFile): file is NamedRollback => file.name.kind === 'rollback';

const unversioned = (path: string): Problem =>
  fileProblem(
    'MIGRATION_NAME',
    path,
    `${path} is not run: its name begins with no version. Name it like V0003__add_orders.sql, or begin its name with "_" if it is no migration.`,
    'hint',
  );
