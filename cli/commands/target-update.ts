import type { Command } from 'commander';
import { changeTargetWith, targetIdOf } from '../change-target.ts';
import type { Cli, CommonOptions } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { collect, type SettingOptions, settingsOf, withSettingOptions } from '../target-settings.ts';

type UpdateOptions = CommonOptions & SettingOptions & { readonly unset?: readonly string[] };

export const addTargetUpdate = (target: Command, cli: Cli): void => {
  withSettingOptions(
    target
      .command('update')
      .description('change what is given of a target in the deploy config, and nothing else of it')
      .argument('<id>', 'the id of the target'),
  )
    .option('--unset <key>', 'remove one key, such as host or variables.schema; repeatable', collect)
    .action(
      cli.ends(async (word: string, _options: object, command: Command) =>
        update(cli, word, command.optsWithGlobals()),
      ),
    );
};

async function update(cli: Cli, word: string, options: UpdateOptions): Promise<number> {
  const id = targetIdOf(word);
  const set = settingsOf(options);
  const unset = (options.unset ?? []).map(pathOf);
  if (set.length + unset.length === 0)
    throw inputFailure('NOTHING_TO_CHANGE', `Say what is to change, such as: srdeploy target update ${id} --host …`);
  return changeTargetWith(cli, { type: 'update', id, set, unset }, options);
}

/** A name of a variable may have dots in it. */
function pathOf(key: string): readonly string[] {
  const dot = key.indexOf('.');
  return dot === -1 ? [key] : [key.slice(0, dot), key.slice(dot + 1)];
}
