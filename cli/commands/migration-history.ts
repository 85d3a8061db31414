import type { Command } from 'commander';
import { historyTarget, type TargetId } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { openProjectHistory } from '../../runner/index.ts';
import { type Cli, type CommonOptions, openProject, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';
import { table } from '../text/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface HistoryOptions extends CommonOptions {
  readonly target: string;
  readonly database?: string;
  readonly limit: number;
}

export const addMigrationHistory = (migration: Command, cli: Cli): void => {
  migration
    .command('history')
    .description('what was applied to a target, by this project’s runs')
    .requiredOption('--target <id>', 'the target')
    .option('--database <name>', 'only of this database, which is not the target’s own')
    .option('--dry-run', 'changes nothing, as this command never does')
    .option('--limit <n>', 'show at most so many, the newest ones', wholeNumber, 50)
    .action(cli.ends(async (_options: object, command: Command) => history(cli, command.optsWithGlobals())));
};

async function history(cli: Cli, options: HistoryOptions): Promise<number> {
  const target = namedTarget(options.target);
  if (target === undefined) throw inputFailure('BAD_TARGET', 'Name a target with --target.');
  const { project, world } = await openProject(cli, options);
  const store = openProjectHistory(project.root, cli.dist, world);
  try {
    const { database, limit } = options;
    // One more tells whether there are more.
    const found =
      database === undefined
        ? await store.migrationHistory(target, limit + 1, 'all')
        : await store.migrationHistory(historyTarget(target, database) as TargetId, limit + 1);
    const entries = found.slice(0, limit);
    const isCut = found.length > limit;
    const isSpread = entries.some((entry) => entry.target !== target);
    const placeOf = (name: string) => (isSpread ? [name === target ? '' : name.slice(target.length + 1)] : []);
    if (options.json) printJson(cli, { target, entries, ...(isCut && { isCut }) });
    else if (entries.length === 0) printLines(cli, [`No migration of this project is recorded for ${target}.`]);
    else
      printLines(
        cli,
        table([
          ['APPLIED', 'STATUS', 'MS', 'BY', ...(isSpread ? ['DATABASE'] : []), 'FILE'],
          ...entries.map((entry) => [
            entry.appliedAt,
            entry.status,
            String(entry.executionMs),
            entry.appliedBy ?? '',
            ...placeOf(entry.target),
            entry.file,
          ]),
        ]),
      );
    if (isCut && !options.json) printLines(cli, [`There are more: --limit shows the newest ${limit}.`]);
    return exitCodes.done;
  } finally {
    await store.close();
  }
}
