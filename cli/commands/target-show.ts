import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { showTarget } from '../../runner/index.ts';
import { targetIdOf } from '../change-target.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { targetLines } from '../text/target-lines.ts';

export const addTargetShow = (target: Command, cli: Cli): void => {
  target
    .command('show')
    .description('everything that the deploy config says of a target, with its connection')
    .argument('<id>', 'the id of the target')
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => show(cli, word, command.optsWithGlobals())),
    );
};

async function show(cli: Cli, word: string, options: CommonOptions): Promise<number> {
  const id = targetIdOf(word);
  const target = expectOk(await showTarget(id, await openProject(cli, options)));
  if (options.json) printJson(cli, { target });
  else printLines(cli, targetLines(target, cli.paint));
  return exitCodes.done;
}
