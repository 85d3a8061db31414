import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { configFileOf, configValue, editConfig, readConfigFile, validateFile } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, type Opened, openProject, printJson } from '../context.ts';
import { printValidated } from './validate.ts';

/** `config show|validate|edit`: the deploy config of the project. */
export const addConfig = (program: Command, cli: Cli): void => {
  const config = program.command('config').description('the deploy config of the project');
  const add = (name: string, description: string, act: typeof show) =>
    config
      .command(name)
      .description(description)
      .action(
        cli.ends(async (_options: object, command: Command) => {
          const options: CommonOptions = command.optsWithGlobals();
          return act(cli, await openProject(cli, options), options);
        }),
      );
  add('show', 'print it; with --json what it says, without its comments', show);
  add('validate', 'check it, as validate does', validate);
  add('edit', 'open it in the editor that VISUAL or EDITOR names, then check it', edit);
};

async function show(cli: Cli, { project, world }: Opened, options: CommonOptions): Promise<number> {
  const found = expectOk(await readConfigFile(project, world));
  if (options.json) printJson(cli, { file: found.file, config: expectOk(configValue(found)) });
  else cli.out.write(found.text);
  return exitCodes.done;
}

async function validate(cli: Cli, { project, world }: Opened, options: CommonOptions): Promise<number> {
  const file = expectOk(configFileOf(project));
  return printValidated(cli, [{ ...(await validateFile(project, file, world)), root: project.root }], options);
}

async function edit(cli: Cli, opened: Opened, options: CommonOptions): Promise<number> {
  expectOk(await editConfig(opened.project, cli.env, options.json ? 'error' : 'out'));
  return validate(cli, opened, options);
}
