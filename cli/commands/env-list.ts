import type { Command } from 'commander';
import { dotenvValue } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { type ListedVariable, listVariables, type VariablesView } from '../../runner/index.ts';
import { type Cli, expectOk, openProject, printJson, printLines } from '../context.ts';
import { type TargetOption, targetOf, withTarget } from '../target-option.ts';
import { findingText } from '../text/finding-text.ts';
import { table } from '../text/table.ts';

export const addEnvList = (env: Command, cli: Cli): void => {
  withTarget(
    env.command('list').description('the variables of a target, where each value comes from, and what is missing'),
  ).action(cli.ends(async (_options: object, command: Command) => list(cli, command.optsWithGlobals())));
};

async function list(cli: Cli, options: TargetOption): Promise<number> {
  const target = targetOf(options);
  const opened = await openProject(cli, options);
  const view = expectOk(await listVariables({ ...opened, target }));
  if (options.json) printJson(cli, { target, variables: view.variables.map(variableJson), missing: view.missing });
  else printLines(cli, listLines(cli, view));
  return exitCodes.done;
}

const variableJson = ({ name, kind, source, isSecret, value, neededBy }: ListedVariable): object => ({
  name,
  kind,
  source: source ?? null,
  secret: isSecret,
  ...(value !== undefined && { value }),
  neededBy,
});

function listLines(cli: Cli, { target, variables, missing }: VariablesView): readonly string[] {
  if (variables.length === 0) return [`No variables are known on ${target}.`];
  const rows = variables.map(({ name, source, value, neededBy }) => [
    name,
    source ?? (neededBy.length > 0 ? 'missing' : '-'),
    value === undefined ? '' : dotenvValue(value),
    neededBy.join(', '),
  ]);
  const told = missing.map((finding) => findingText(finding, cli.paint));
  return [...table([['NAME', 'SOURCE', 'VALUE', 'NEEDED BY'], ...rows]), ...(told.length > 0 ? ['', ...told] : [])];
}
