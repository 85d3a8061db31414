import type { Command } from 'commander';
import { withActOptions } from '../act-options.ts';
import type { Cli } from '../context.ts';
import { withFleetOptions } from '../fleet-options.ts';
import { filesOf, firstPending, limitNote, versionToStopAt, withLimitOption } from '../limit-option.ts';
import { inputFailure, namedMigrations, openPlan } from '../named-plan.ts';
import { shapeOf, withShapeOptions } from '../plan-options.ts';
import { runCommand } from './run.ts';

/** A run of a folder: as `srdeploy run <folder>`. */
export const addMigrationApply = (migration: Command, cli: Cli): void => {
  withLimitOption(
    withFleetOptions(
      withActOptions(
        withShapeOptions(
          migration
            .command('apply')
            .description(
              'apply the pending migrations of a folder to a target or to many, in the order of their versions',
            )
            .argument('[folder]', 'a folder of migrations; or name a database with --database')
            .option('--target <id>', 'the target; there is none by itself')
            .option('--dry-run', 'show the plan and run nothing'),
        ),
      ),
    ),
    'apply at most so many of those that wait, the first ones',
  ).action(
    cli.ends(async (folder: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals();
      const named = namedMigrations(folder, options.database);
      if (options.limit === undefined) return runCommand(cli, named, options);
      if (options.targets !== undefined)
        throw inputFailure('USAGE', '--limit is for one target; stop many at a version, with --to.');
      const opened = await openPlan(cli, named, options);
      const { target, limit } = options;
      const limited = await firstPending(opened, { target, limit, shape: shapeOf(options), by: cli.by });
      if (!limited) return runCommand(cli, named, options);
      const to = versionToStopAt(limited);
      cli.err.write(limitNote(limit, filesOf(limited.left)));
      return runCommand(cli, named, { ...options, to });
    }),
  );
};
