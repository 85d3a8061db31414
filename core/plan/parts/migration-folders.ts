import type { FoundMigrations } from '../../model/found-parts.ts';
import { migrationName } from '../../read/migration-name.ts';
import { migrationFiles } from '../migration-files.ts';
import { baseName } from '../named-file.ts';
import { byFolder } from './by-folder.ts';

/** Folders called `migrations` that hold files which a folder of migrations would run; a note for one whose SQL files have no version. */
export function migrationFolders(files: readonly string[]): {
  readonly found: readonly FoundMigrations[];
  readonly notes: readonly string[];
} {
  const folders = [...byFolder(files.filter((path) => /\.sql$/i.test(path)))]
    .filter(([folder]) => /^migrations?$/i.test(baseName(folder)))
    .map(([folder, paths]) => ({ folder, paths, count: migrationFiles(paths).files.length }));
  return {
    found: folders.flatMap(({ folder, count }) => (count > 0 ? [{ folder, count }] : [])),
    notes: folders.filter(({ count, paths }) => count === 0 && paths.some(hasNoVersion)).map(noteOf),
  };
}

const hasNoVersion = (path: string): boolean => migrationName(path).kind === 'unversioned';

const noteOf = ({ folder }: { readonly folder: string }): string =>
  `The folder ${JSON.stringify(folder)} was left out: none of its SQL files has a name that begins with a version, such as V0001__create_orders.sql.`;
