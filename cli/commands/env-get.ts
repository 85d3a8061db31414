import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { getVariable } from '../../runner/index.ts';
import { type Cli, expectOk, openProject, printJson, printLines } from '../context.ts';
import { type TargetOption, targetOf, withTarget } from '../target-option.ts';
import { safeText } from '../text/safe-text.ts';

export const addEnvGet = (env: Command, cli: Cli): void => {
  withTarget(
    env
      .command('get')
      .description('print the value of a variable as a run on the target would see it')
      .argument('<name>', 'the name of the variable')
      .option('--reveal', 'print a secret in clear'),
  ).action(
    cli.ends(async (name: string, _options: object, command: Command) => get(cli, name, command.optsWithGlobals())),
  );
};

async function get(cli: Cli, name: string, options: TargetOption & { readonly reveal?: true }): Promise<number> {
  const target = targetOf(options);
  const opened = await openProject(cli, options);
  const { source, isSecret, value } = expectOk(await getVariable(name, options.reveal === true, { ...opened, target }));
  if (options.json) printJson(cli, { target, name, source, secret: isSecret, ...(value !== undefined && { value }) });
  // Scripts are given the very value, a terminal nothing that could drive it.
  else printLines(cli, [value === undefined ? '***' : cli.out.isTTY ? safeText(value) : value]);
  return exitCodes.done;
}
