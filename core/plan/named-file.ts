import { type Problem, type Severity, unplacedProblem } from '../model/problem.ts';
import type { MigrationName } from '../read/migration-name.ts';

type NameOf<Kind extends MigrationName['kind']> = Extract<MigrationName, { readonly kind: Kind }>;

/** A file of a migrations folder with what its name says. The path is relative to the project. */
export interface NamedFile<Name extends MigrationName = MigrationName> {
  readonly path: string;
  readonly name: Name;
}

/** A file that is run by a folder. */
export type NamedMigration = NamedFile<NameOf<'versioned'> | NameOf<'named'> | NameOf<'repeatable'>>;

export type NamedRollback = NamedFile<NameOf<'rollback'>>;

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder of a path with its closing `/`; empty for a file at the top of the project. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** A problem of a file as a whole. */
export const fileProblem = (code: string, file: string, message: string, severity: Severity = 'error'): Problem => ({
  ...unplacedProblem(code, message, severity),
  file,
});
