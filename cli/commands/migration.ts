import type { Command } from 'commander';
import { exitCodes, lookOf, migrationStateLooks } from '../../protocol/index.ts';
import { migrationStatus, openProjectHistory } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget, openPlan } from '../named-plan.ts';
import { safeText } from '../text/safe-text.ts';
import { table } from '../text/table.ts';
import { wholeNumber } from './runs.ts';

/** `migration status` reads the target; `migration history` reads the local history. */
export const addMigration = (program: Command, cli: Cli): void => {
  const migration = program.command('migration').description('migrations of a plan document and their history');
  migration
    .command('status')
    .description('how each migration of a plan stands, read from the target')
    .argument('<plan>', 'a plan document (*.srdeploy)')
    .option('--target <id>', 'ask this target instead of the document’s own')
    .action(
      cli.ends(async (file: string, _options: object, command: Command) =>
        status(cli, file, command.optsWithGlobals()),
      ),
    );
  migration
    .command('history')
    .description('what was applied to a target, by this project’s runs')
    .requiredOption('--target <id>', 'the target')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .action(cli.ends(async (_options: object, command: Command) => history(cli, command.optsWithGlobals())));
};

async function status(cli: Cli, file: string, options: CommonOptions & { readonly target?: string }): Promise<number> {
  const opened = await openPlan(cli, file, options);
  const target = namedTarget(options.target);
  const view = expectOk(await migrationStatus({ ...opened, target, by: cli.by }, new AbortController().signal));
  if (options.json) {
    const migrations = view.migrations.map(({ file, version, state, checksum, appliedAt, note }) => ({
      file,
      version,
      state,
      checksum,
      ...(appliedAt !== undefined && { appliedAt }),
      ...(note !== undefined && { note }),
    }));
    printJson(cli, {
      target: view.target,
      migrations,
      ...(view.unreached !== undefined && { unreached: view.unreached }),
    });
  } else {
    printLines(cli, [
      `Target ${view.target}${view.production ? ' (PRODUCTION)' : ''}`,
      ...(view.unreached === undefined
        ? []
        : [cli.paint('attention', `The target could not be read: ${safeText(view.unreached)}`)]),
      ...table([
        ['VERSION', 'STATE', 'APPLIED', 'FILE', ''],
        ...view.migrations.map(({ file, version, state, appliedAt, note }) => [
          version,
          lookOf(migrationStateLooks, state).word,
          appliedAt ?? '',
          file,
          note ?? '',
        ]),
      ]),
    ]);
  }
  return view.unreached === undefined ? exitCodes.done : exitCodes.unknown;
}

async function history(
  cli: Cli,
  options: CommonOptions & { readonly target: string; readonly limit: number },
): Promise<number> {
  const target = namedTarget(options.target);
  if (target === undefined) throw inputFailure('BAD_TARGET', 'Name a target with --target.');
  const { project, world } = await openProject(cli, options);
  const store = openProjectHistory(project.root, cli.dist, world);
  try {
    const entries = await store.migrationHistory(target, options.limit);
    if (options.json) printJson(cli, { target, entries });
    else if (entries.length === 0) printLines(cli, [`No migration of this project is recorded for ${target}.`]);
    else
      printLines(
        cli,
        table([
          ['APPLIED', 'STATUS', 'MS', 'BY', 'FILE'],
          ...entries.map((entry) => [
            entry.appliedAt,
            entry.status,
            String(entry.executionMs),
            entry.appliedBy ?? '',
            entry.file,
          ]),
        ]),
      );
    return exitCodes.done;
  } finally {
    await store.close();
  }
}
