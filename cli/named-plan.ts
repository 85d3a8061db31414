import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isTargetId, type TargetId } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { deployScript, insideProject } from '../runner/index.ts';
import { type Cli, CommandFailure, type CommonOptions, type Opened, openProject } from './context.ts';

/** The plan document, folder or config that a command is about, in its project; without a name the project's own deploy config. */
export async function openPlan(
  cli: Cli,
  file: string | undefined,
  options: CommonOptions,
  access: 'read' | 'act' = 'read',
): Promise<Opened & { readonly file: string }> {
  if (file === undefined) {
    const opened = await openProject(cli, options, { access });
    return { ...opened, file: opened.project.configFile ?? deployScript };
  }
  const absolute = resolve(file);
  if (!existsSync(absolute)) throw inputFailure('FILE_UNREADABLE', `${file} does not exist.`);
  const opened = await openProject(cli, options, { file: absolute, access });
  const inside = insideProject(opened.project, absolute);
  if (inside === undefined)
    throw inputFailure('FILE_UNREADABLE', `${file} lies outside the project ${opened.project.root}.`);
  return { ...opened, file: inside };
}

/** What a command of migrations is about: a file or folder, or with `--database` the deploy config; without either there is nothing. */
export function namedMigrations(file: string | undefined, database: string | undefined): string | undefined {
  if ((file === undefined) !== (database === undefined)) return file;
  throw inputFailure(
    'USAGE',
    'Name a plan document or a folder of migrations, or a database of the deploy config with --database: one of the two.',
  );
}

/** The target of `--target`, well-formed; whether it exists is for planning to say. */
export function namedTarget(word: string | undefined): TargetId | undefined {
  if (word === undefined || isTargetId(word)) return word;
  throw inputFailure(
    'BAD_TARGET',
    `"${word}" cannot be the id of a target: it has 2 to 32 characters, a–z, 0–9 and "-", and begins with a letter.`,
  );
}

export const inputFailure = (code: string, message: string): CommandFailure =>
  new CommandFailure({ code, message, exitCode: exitCodes.invalidInput });
