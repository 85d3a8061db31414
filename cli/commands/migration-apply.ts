import type { Command } from 'commander';
import { withActOptions } from '../act-options.ts';
import type { Cli } from '../context.ts';
import { withFleetOptions } from '../fleet-options.ts';
import { namedMigrations } from '../named-plan.ts';
import { withShapeOptions } from '../plan-options.ts';
import { runCommand } from './run.ts';

/** A run of a folder: as `srdeploy run <folder>`. */
export const addMigrationApply = (migration: Command, cli: Cli): void => {
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
  ).action(
    cli.ends(async (folder: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals();
      return runCommand(cli, namedMigrations(folder, options.database), options);
    }),
  );
};
