import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { deleteVariable } from '../../runner/index.ts';
import { type Cli, expectOk, openProject, printJson, printLines } from '../context.ts';
import { type TargetOption, targetOf, withTarget } from '../target-option.ts';

export const addEnvDelete = (env: Command, cli: Cli): void => {
  withTarget(
    env
      .command('delete')
      .description('delete a variable or secret that was stored for a target')
      .argument('<name>', 'the name of the variable'),
  ).action(
    cli.ends(async (name: string, _options: object, command: Command) => remove(cli, name, command.optsWithGlobals())),
  );
};

async function remove(cli: Cli, name: string, options: TargetOption): Promise<number> {
  const target = targetOf(options);
  const opened = await openProject(cli, options, { access: 'act' });
  const { isSecret } = expectOk(await deleteVariable(name, { ...opened, target, by: cli.by }));
  if (options.json) printJson(cli, { target, name, secret: isSecret, deleted: true });
  else printLines(cli, [`Deleted for ${target}: ${name}`]);
  return exitCodes.done;
}
