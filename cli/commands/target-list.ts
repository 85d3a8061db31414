import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { listTargets } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { targetTable } from '../text/target-lines.ts';

export const addTargetList = (target: Command, cli: Cli): void => {
  target
    .command('list')
    .description('the targets of the deploy config')
    .action(cli.ends(async (_options: object, command: Command) => list(cli, command.optsWithGlobals())));
};

async function list(cli: Cli, options: CommonOptions): Promise<number> {
  const targets = expectOk(await listTargets(await openProject(cli, options)));
  if (options.json) printJson(cli, { targets });
  else if (targets.length > 0) printLines(cli, targetTable(targets));
  else printLines(cli, ['There are no targets yet. Add one with: srdeploy target add <id> …']);
  return exitCodes.done;
}
