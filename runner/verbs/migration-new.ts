import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions, migrationFiles, nextMigration } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { isFolder, listFolder } from '../migration-folder.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse } from '../result.ts';
import { writeNewSource } from '../write-new-source.ts';

export interface NewMigrationOptions {
  readonly project: Project;
  /** Relative to the project, with `/`; made where it is not there. */
  readonly folder: string;
  /** What the migration does, in a few words. */
  readonly name: string;
  readonly now: Date;
  /** How many files are written at most: the migration, then its rollback. */
  readonly limit: number | undefined;
  /** Says what would be written, and writes nothing. */
  readonly isDryRun: boolean;
}

/** The files that were made, relative to the project. */
export interface NewMigration {
  readonly version: string;
  readonly migration: string;
  /** Undefined where there was no room for it. */
  readonly rollback: string | undefined;
}

/** Begins the next migration of a folder and its rollback. Never writes over a file: where one is there, neither is made. */
export async function newMigration(options: NewMigrationOptions): Promise<Result<NewMigration>> {
  const { project, folder, name, now, limit = 2, isDryRun } = options;
  const paths = isFolder(project, folder) ? listFolder(project, folder, false).paths : [];
  const next = nextMigration(paths, name, now);
  if (!next) {
    const message = `"${name}" has no letter or digit to make a file name of. Say in a few words what the migration does.`;
    return refuse('BAD_NAME', message, exitCodes.invalidInput);
  }
  const inFolder = (file: string) => (folder === '' ? file : `${folder}/${file}`);
  const rollback = limit > 1 ? inFolder(next.rollback) : undefined;
  const made = { version: next.version, migration: inFolder(next.migration), rollback };
  const others = migrationFiles(paths).files.filter(
    ({ version }) => version !== undefined && compareVersions(version, next.version) === 0,
  );
  if (others.length > 0) throw new Error(`The next version is in use: ${others.map(({ path }) => path).join(', ')}`);
  if (isDryRun) return ok(made);
  await mkdir(join(project.root, folder), { recursive: true });
  const texts: readonly (readonly [path: string, text: string])[] = [
    [made.migration, `-- ${name.replace(/\s+/g, ' ').trim()}\n\n`],
    ...(rollback === undefined
      ? []
      : [
          [
            rollback,
            `-- Takes back ${next.migration}. Without a statement here the migration cannot be taken back.\n\n`,
          ] as const,
        ]),
  ];
  const written: string[] = [];
  for (const [path, text] of texts) {
    if (await writeNewSource(join(project.root, path), text)) {
      written.push(path);
      continue;
    }
    for (const mine of written) await rm(join(project.root, mine));
    return refuse('FILE_EXISTS', `${path} is there already; nothing was written.`, exitCodes.invalidInput);
  }
  return ok(made);
}
