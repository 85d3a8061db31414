import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { importVariables } from '../../runner/index.ts';
import { type Cli, expectOk, openProject, printJson, printLines } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { decoded, readStandardInput } from '../read-value.ts';
import { type TargetOption, targetOf, withTarget } from '../target-option.ts';
import { printStored, storedJson } from '../text/stored-lines.ts';

export const addEnvImport = (env: Command, cli: Cli): void => {
  withTarget(
    env
      .command('import')
      .description('store all values of a dotenv file for a target, or none where a line is wrong')
      .argument('<file>', 'the file; "-" is standard input')
      .option('--secret', 'keep all of them encrypted; without it only those that are known to be secret'),
  ).action(
    cli.ends(async (file: string, _options: object, command: Command) =>
      importFile(cli, file, command.optsWithGlobals()),
    ),
  );
};

async function importFile(cli: Cli, file: string, options: TargetOption & { readonly secret?: true }): Promise<number> {
  const target = targetOf(options);
  const text = file === '-' ? await readStandardInput() : await readText(file);
  const opened = await openProject(cli, options, { access: 'act' });
  const request = { file, text, isSecret: options.secret === true };
  const view = expectOk(await importVariables(request, { ...opened, target, by: cli.by }));
  if (options.json) printJson(cli, { ...storedJson(view), file, empty: view.empty });
  printStored(cli, view, options.json === true);
  if (!options.json && view.empty.length > 0)
    printLines(cli, [`Left out, because they have no value: ${view.empty.join(', ')}`]);
  return exitCodes.done;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw inputFailure('FILE_UNREADABLE', `${file} ${why}.`);
  });
  return decoded(bytes, file);
}
