import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { insideProject, migrationsFolder, newMigration } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { type LimitOptions, withLimitOption } from '../limit-option.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';

interface NewOptions extends CommonOptions, LimitOptions {
  readonly target?: string;
  readonly database?: string;
  readonly dryRun?: true;
}

export const addMigrationNew = (migration: Command, cli: Cli): void => {
  withLimitOption(
    migration
      .command('new')
      .description('begin the next migration of a folder, in the style of the others, with its rollback')
      .argument('<folder>', 'a folder of migrations, made where it is not there; left out with --database or --target')
      .argument('[name]', 'what the migration does, in a few words')
      .option('--database <name>', 'in the folder that the deploy config names for this database')
      .option('--target <id>', 'in the folder of this target’s database')
      .option('--dry-run', 'show what would be written and write nothing'),
    'write at most so many files: the migration, then its rollback',
  ).action(
    cli.ends(async (folder: string, name: string | undefined, _options: object, command: Command) =>
      begin(cli, folder, name, command.optsWithGlobals()),
    ),
  );
};

async function begin(cli: Cli, first: string, second: string | undefined, options: NewOptions): Promise<number> {
  const { project, world, folder, name } = await placeOf(cli, first, second, options);
  const { limit, dryRun } = options;
  const asked = { project, folder, name, now: world.clock.now(), limit, isDryRun: dryRun === true };
  const made = expectOk(await newMigration(asked));
  if (options.json) printJson(cli, { ...made, ...(dryRun && { dryRun }) });
  else {
    printLines(cli, [made.migration, ...(made.rollback === undefined ? [] : [made.rollback])]);
    if (dryRun) printLines(cli, ['Nothing was written: --dry-run.']);
  }
  return exitCodes.done;
}

/** A folder and a name; or a name alone, where a database or a target says the folder. */
async function placeOf(cli: Cli, first: string, second: string | undefined, options: NewOptions) {
  const { database } = options;
  const target = namedTarget(options.target);
  if (second === undefined && (database !== undefined || target !== undefined)) {
    const { project, world } = await openProject(cli, options);
    const folder = expectOk(await migrationsFolder(database, { project, world, target }));
    return { project, world, folder, name: first };
  }
  if (second === undefined || database !== undefined || target !== undefined)
    throw inputFailure('USAGE', 'Name a folder and what the migration does; or with --database or --target only that.');
  const absolute = resolve(first);
  const { project, world } = await openProject(cli, options, { file: absolute });
  const folder = insideProject(project, absolute);
  if (folder === undefined) throw inputFailure('FILE_UNREADABLE', `${first} lies outside the project ${project.root}.`);
  return { project, world, folder, name: second };
}
