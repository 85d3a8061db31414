import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readSavedPlan } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { findingView, freshRunId, startPlan } from '../../runner/index.ts';
import { type ActCommandOptions, withActOptions } from '../act-options.ts';
import { type Cli, CommandFailure, openProject } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { checkSettlements, commandThatBrokeOff, type SettleOptions, withSettleOption } from '../settlement.ts';
import { act } from './run.ts';

export const addApply = (program: Command, cli: Cli): void => {
  withActOptions(
    withSettleOption(
      program
        .command('apply')
        .description('run a plan that was saved with "plan --out": that very plan, or nothing')
        .argument('<file>', 'the saved plan')
        .option('--parallel <n>', 'run so many operations at once; 1 when not given', Number),
      commandThatBrokeOff,
    ),
  ).action(
    cli.ends(async (file: string, _options: object, command: Command) => apply(cli, file, command.optsWithGlobals())),
  );
};

/** The project is read again: where it would give another plan by now, nothing is run. Spec: rulings, "One plan, one executor". */
async function apply(cli: Cli, file: string, options: ActCommandOptions & SettleOptions): Promise<number> {
  const text = savedText(file);
  if (options.detach) throw inputFailure('USAGE', '--detach does not go with a saved plan. Use: srdeploy run --detach');
  if (options.parallel !== undefined && !(Number.isInteger(options.parallel) && options.parallel >= 1))
    throw inputFailure('USAGE', '--parallel must be a whole number from 1.');
  checkSettlements(options);
  const opened = await openProject(cli, options, { access: 'act' });
  const read = readSavedPlan(file, text, opened.world.hasher);
  if (read.type === 'refused') {
    const { code, message } = read.problem;
    const exitCode = code === 'SAVED_PLAN_CHANGED' ? exitCodes.stalePlan : exitCodes.invalidInput;
    throw new CommandFailure({ code, message, exitCode, problems: [findingView(read.problem)] });
  }
  const id = freshRunId(cli.machine().clock.now());
  return act(cli, opened, options, id, undefined, (asked) => startPlan(read.plan, { ...asked, isFresh: false }));
}

function savedText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw inputFailure('FILE_UNREADABLE', `${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
