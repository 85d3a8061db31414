import type { Command } from 'commander';
import { planRepair } from '../../runner/index.ts';
import { type Cli, expectOk } from '../context.ts';
import { withLimitOption } from '../limit-option.ts';
import { namedMigrations, namedTarget, openPlan } from '../named-plan.ts';
import { type ChangeOptions, changeHistory, changeShape, reasonOf, withChangeOptions } from './change-history.ts';

export const addMigrationRepair = (migration: Command, cli: Cli): void => {
  withLimitOption(
    withChangeOptions(
      migration
        .command('repair')
        .description('take one changed file as it is now for what was applied, after showing the difference')
        .argument(
          '[plan]',
          'a plan document (*.srdeploy) or a folder of migrations; or name a database with --database',
        )
        .requiredOption('--file <file>', 'the migration: its path, or as much of its end as names one alone'),
    ),
    'at most so many migrations; it is about one',
  ).action(
    cli.ends(async (plan: string | undefined, _options: object, command: Command) =>
      repair(cli, plan, command.optsWithGlobals()),
    ),
  );
};

async function repair(
  cli: Cli,
  plan: string | undefined,
  options: ChangeOptions & { readonly file: string },
): Promise<number> {
  const reason = reasonOf(options);
  const opened = await openPlan(cli, namedMigrations(plan, options.database), options, options.dryRun ? 'read' : 'act');
  const asked = {
    ...opened,
    target: namedTarget(options.target),
    shape: changeShape(options),
    by: cli.by,
    migration: options.file,
    reason,
  };
  return changeHistory(cli, opened, expectOk(await planRepair(asked, new AbortController().signal)), options);
}
