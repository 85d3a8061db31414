import type { Retry } from '../model/operation.ts';
import type { MigrationPlace } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { type ConfigStep, nowhere, stepId } from './config-steps.ts';
import { duplicateVersions } from './duplicate-versions.ts';
import { titleOf } from './folder-document.ts';
import { type MigrationFile, migrationFiles } from './migration-files.ts';
import { folderOf } from './named-file.ts';

/** What applies a group's or database's migrations. */
export interface MigrationsOf {
  /** The group's or database's name; the ids of the steps begin with it. */
  readonly owner: string;
  readonly group?: string;
  readonly timeoutSec: number | undefined;
  readonly retry: Retry | undefined;
  /** Undefined: the target's own database. */
  readonly via: MigrationPlace | undefined;
}

/** The migrations among files, in their order, applied by the engine's own driver. Versions used twice in one folder are refused. */
export function migrationSteps(
  paths: readonly string[],
  of: MigrationsOf,
): { readonly steps: readonly ConfigStep[]; readonly problems: readonly Problem[] } {
  const { files, problems } = migrationFiles(paths);
  return { steps: files.map((file) => stepOf(file, of)), problems: [...problems, ...usedTwice(files)] };
}

const stepOf = (file: MigrationFile, { owner, group, timeoutSec, retry, via }: MigrationsOf): ConfigStep => ({
  source: {
    place: nowhere(undefined),
    id: nowhere(stepId(owner, file.path)),
    name: titleOf(file),
    timeoutSec,
    retry,
    type: 'migration',
    script: nowhere(file.path),
    rollback: file.rollback === undefined ? undefined : nowhere(file.rollback),
    ...(via && { via }),
  },
  more: { ...(group !== undefined && { group }) },
});

/** Versions count in their own folder. */
function usedTwice(files: readonly MigrationFile[]): readonly Problem[] {
  const folders = new Map<string, { path: string; version: string }[]>();
  for (const { path, version } of files) {
    if (version === undefined) continue;
    const folder = folderOf(path);
    folders.set(folder, [...(folders.get(folder) ?? []), { path, version }]);
  }
  return [...folders.values()].flatMap((some) => duplicateVersions(some, new Set()));
}
