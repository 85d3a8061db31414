import type { Command } from 'commander';
import { changeTargetWith, targetIdOf } from '../change-target.ts';
import type { Cli, CommonOptions } from '../context.ts';

export const addTargetRemove = (target: Command, cli: Cli): void => {
  target
    .command('remove')
    .description('take a target out of the deploy config; its runs and its history stay')
    .argument('<id>', 'the id of the target')
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        return changeTargetWith(cli, { type: 'remove', id: targetIdOf(word) }, options);
      }),
    );
};
