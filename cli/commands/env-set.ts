import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { setVariable } from '../../runner/index.ts';
import { type Cli, expectOk, openProject, printJson } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { readValue } from '../read-value.ts';
import { type TargetOption, targetOf, withTarget } from '../target-option.ts';
import { printStored, storedJson } from '../text/stored-lines.ts';

export const addEnvSet = (env: Command, cli: Cli): void => {
  withTarget(
    env
      .command('set')
      .description('store the value of a variable for a target, outside of version control')
      .argument('<name>', 'the name of the variable')
      .argument('[value]', 'its value; without it, or with "-", it is asked for or read from standard input')
      .option('--secret', 'keep it encrypted; the value is never given as an argument'),
  ).action(
    cli.ends(async (name: string, value: string | undefined, _options: object, command: Command) =>
      set(cli, name, value, command.optsWithGlobals()),
    ),
  );
};

async function set(
  cli: Cli,
  name: string,
  argument: string | undefined,
  options: TargetOption & { readonly secret?: true },
): Promise<number> {
  const isSecret = options.secret === true;
  const target = targetOf(options);
  const given = argument === '-' ? undefined : argument;
  if (isSecret && given !== undefined) throw inArgument(name, target);
  const opened = await openProject(cli, options, { access: 'act' });
  const value = given ?? (await readValue(cli, name, isSecret));
  const view = expectOk(await setVariable({ name, value, isSecret }, { ...opened, target, by: cli.by }));
  if (options.json) printJson(cli, storedJson(view));
  printStored(cli, view, options.json === true);
  return exitCodes.done;
}

const inArgument = (name: string, target: string) =>
  inputFailure(
    'SECRET_IN_ARGUMENT',
    `A secret is not given as an argument: other users of this machine can read the arguments of a process, and the shell keeps them in its history. Leave it out and it is asked for, or read from standard input: srdeploy env set ${name} --target ${target} --secret < FILE. Take a new value where this one was a real one.`,
  );
