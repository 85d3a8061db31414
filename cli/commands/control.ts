import type { Command } from 'commander';
import type { RunView } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { cancelRun, continueRun } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, printJson, printLines } from '../context.ts';
import { openRun } from '../named-run.ts';
import { runLines } from '../text/run-lines.ts';

const runArgument = 'the id of a run, the beginning or end of one, or "latest"';

/** `cancel` and `continue`: messages to a run. */
export const addControl = (program: Command, cli: Cli): void => {
  program
    .command('cancel')
    .description('cancel a run that goes on; waits until it has ended')
    .argument('<run>', runArgument)
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        const opened = await openRun(cli, word, options);
        return printRun(cli, expectOk(await cancelRun(opened.run, { ...opened, by: cli.by })), options);
      }),
    );
  program
    .command('continue')
    .description('let a run go on that waits at a pause')
    .argument('<run>', runArgument)
    .argument('[step]', 'the id of the pause; the one that waits when it is not named')
    .action(
      cli.ends(async (word: string, step: string | undefined, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        const opened = await openRun(cli, word, options);
        return printRun(cli, expectOk(await continueRun(opened.run, step, { ...opened, by: cli.by })), options);
      }),
    );
};

function printRun(cli: Cli, run: RunView, options: CommonOptions): number {
  if (options.json) printJson(cli, { run });
  else printLines(cli, runLines(run, cli.paint));
  return exitCodes.done;
}
