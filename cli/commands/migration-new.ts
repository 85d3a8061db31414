import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { insideProject, newMigration } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { inputFailure } from '../named-plan.ts';

export const addMigrationNew = (migration: Command, cli: Cli): void => {
  migration
    .command('new')
    .description('begin the next migration of a folder, in the style of the others, with its rollback')
    .argument('<folder>', 'a folder of migrations; made where it is not there')
    .argument('<name>', 'what the migration does, in a few words')
    .action(
      cli.ends(async (folder: string, name: string, _options: object, command: Command) =>
        begin(cli, folder, name, command.optsWithGlobals()),
      ),
    );
};

async function begin(cli: Cli, folder: string, name: string, options: CommonOptions): Promise<number> {
  const absolute = resolve(folder);
  const { project, world } = await openProject(cli, options, { file: absolute });
  const inside = insideProject(project, absolute);
  if (inside === undefined)
    throw inputFailure('FILE_UNREADABLE', `${folder} lies outside the project ${project.root}.`);
  const made = expectOk(await newMigration({ project, folder: inside, name, now: world.clock.now() }));
  if (options.json) printJson(cli, made);
  else printLines(cli, [`${made.migration}`, `${made.rollback}`]);
  return exitCodes.done;
}
