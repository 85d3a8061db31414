import type { Command } from 'commander';
import { changeTargetWith, targetIdOf } from '../change-target.ts';
import type { Cli, CommonOptions } from '../context.ts';
import { type SettingOptions, settingsOf, withSettingOptions } from '../target-settings.ts';

export const addTargetAdd = (target: Command, cli: Cli): void => {
  withSettingOptions(
    target
      .command('add')
      .description('add a target to the deploy config, which is made where there is none; comments stay')
      .argument('<id>', 'the id of the target'),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) => {
      const options: CommonOptions & SettingOptions = command.optsWithGlobals();
      return changeTargetWith(cli, { type: 'add', id: targetIdOf(word), set: settingsOf(options) }, options);
    }),
  );
};
