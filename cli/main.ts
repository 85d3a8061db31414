import { Command, CommanderError } from 'commander';
import { exitCodes } from '../protocol/index.ts';
import { crashView } from '../runner/index.ts';
import { addApply } from './commands/apply.ts';
import { addApprove } from './commands/approve.ts';
import { addAudit } from './commands/audit.ts';
import { addConfig } from './commands/config.ts';
import { addControl } from './commands/control.ts';
import { addEnv } from './commands/env.ts';
import { addFleet } from './commands/fleet.ts';
import { addHistory } from './commands/history.ts';
import { addInit } from './commands/init.ts';
import { addLock } from './commands/lock.ts';
import { addLsp } from './commands/lsp.ts';
import { addMigration } from './commands/migration.ts';
import { addPlan } from './commands/plan.ts';
import { addResume } from './commands/resume.ts';
import { addRollback } from './commands/rollback.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addTarget } from './commands/target.ts';
import { addValidate } from './commands/validate.ts';
import { type Cli, CommandFailure, createCli, printError, printJson } from './context.ts';
import { outliveReaders } from './streams.ts';

/** The version in package.json, put in by the build. */
declare const SRDEPLOY_VERSION: string;

const exitCodeHelp = `
Exit codes: 0 done or no change · 1 internal · 2 changes pending · 4 stale plan · 5 locked · 6 confirmation or approval missing ·
7 invalid input · 8 a step failed · 9 cancelled · 10 unknown or backend unavailable`;

/** Runs a command line and gives its exit code. */
async function main(argv: readonly string[], cli: Cli): Promise<number> {
  const isJson = argv.includes('--json');
  try {
    await buildProgram(cli).parseAsync(argv, { from: 'user' });
    return cli.exit.code;
  } catch (error) {
    if (error instanceof CommanderError) return endUsage(cli, error, isJson);
    if (error instanceof CommandFailure) {
      printError(cli, error.view, isJson);
      return error.view.exitCode;
    }
    const view = crashView(error);
    printError(cli, view, isJson);
    if (cli.env.SRDEPLOY_DEBUG) cli.err.write(`${error instanceof Error ? error.stack : ''}\n`);
    return view.exitCode;
  }
}

function buildProgram(cli: Cli): Command {
  const program = withCommonOptions(new Command('srdeploy'))
    .description('Plan, run, resume and prove database deployments.')
    .version(SRDEPLOY_VERSION)
    .enablePositionalOptions()
    .addHelpText('after', exitCodeHelp);
  for (const add of [
    addInit,
    addConfig,
    addValidate,
    addPlan,
    addRun,
    addApply,
    addResume,
    addRollback,
    addControl,
    addApprove,
    addRuns,
    addFleet,
    addMigration,
    addHistory,
    addLock,
    addTarget,
    addEnv,
    addAudit,
    addLsp,
  ])
    add(program, cli);
  for (const command of below(program)) {
    if (command !== program) withCommonOptions(command);
    command.exitOverride().showHelpAfterError('Add --help for how to use it.');
  }
  return program;
}

const below = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(below)];

/** The common options may stand before or behind the name of the command. */
const withCommonOptions = (command: Command): Command =>
  command
    .option('--json', 'print one JSON object instead of text')
    .option('--project <folder>', 'the project; found from the plan or the working folder when not given');

function endUsage(cli: Cli, error: CommanderError, isJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.done;
  // Commander has told people on standard error already.
  if (isJson) printJson(cli, { error: { code: 'USAGE', message: error.message.replace(/^error: /, '') } });
  return exitCodes.invalidInput;
}

/** Runs the words of a command line in this process, which has its exit code afterwards. */
export function runCommandLine(words: readonly string[]): void {
  const cli = createCli(__dirname);
  outliveReaders(cli.out, cli.err, () => {
    process.once('exit', () => {
      process.exitCode ||= exitCodes.internal;
    });
  });
  // A process that ends before its command has done nothing that anybody knows of.
  process.exitCode = exitCodes.internal;
  void main(words, cli).then((code) => {
    process.exitCode = code;
  });
}
