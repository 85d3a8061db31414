import type { Command } from 'commander';
import { isFleetId } from '../../core/index.ts';
import { resume, startDetached } from '../../runner/index.ts';
import { type ActCommandOptions, consentOf, withActOptions } from '../act-options.ts';
import type { Cli } from '../context.ts';
import { countFrom } from '../fleet-options.ts';
import { inputFailure } from '../named-plan.ts';
import { openRun } from '../named-run.ts';
import { checkSettlements, type SettleOptions, withSettleOption } from '../settlement.ts';
import { act, endDetached } from './run.ts';
import { resumeFleetCommand } from './run-fleet.ts';

export const addResume = (program: Command, cli: Cli): void => {
  withActOptions(
    withSettleOption(
      program
        .command('resume')
        .description('make the next attempt of a run that did not succeed: pre-checks again, done steps skipped')
        .argument('<run>', 'the id of a run, the beginning or end of one, "latest", or the id of a fleet')
        .option('--skip <step>', 'leave out a failed step; needs --reason'),
      'a statement that was in flight, or of a command',
      'why the step is left out, or how you know; it stands in the journal',
    ).option('--parallel <n>', 'run so many operations at once; as in the attempt before when not given', countFrom(1)),
  )
    // Behind the option that it takes back: alone it would mean that failures are passed unless it is given.
    .option('--no-continue-on-failure', 'stop at the first failure, whatever the attempt before did')
    .action(
      cli.ends(async (word: string, _options: object, command: Command) =>
        resumeRun(cli, word, command.optsWithGlobals()),
      ),
    );
};

interface ResumeOptions extends ActCommandOptions, SettleOptions {
  readonly skip?: string;
}

async function resumeRun(cli: Cli, word: string, options: ResumeOptions): Promise<number> {
  if (options.reason !== undefined && options.skip === undefined && options.settle === undefined)
    throw inputFailure('USAGE', '--reason goes with --skip or --settle.');
  checkSettlements(options);
  if (isFleetId(word)) {
    if (options.skip !== undefined || options.settle !== undefined)
      throw inputFailure(
        'USAGE',
        '--skip and --settle are about one run: name the run of the target instead of the fleet.',
      );
    return resumeFleetCommand(cli, word, options, consentOf(options));
  }
  const opened = await openRun(cli, word, options, 'act');
  const { run, store, project } = opened;
  if (options.detach) {
    const request = {
      v: 1,
      verb: 'resume',
      project: project.root,
      run,
      plan: undefined,
      by: cli.by,
      consent: consentOf(options),
      secrets: {},
    } as const;
    return endDetached(cli, opened, await startDetached(request, cli.dist, cli.env), options);
  }
  const before = await store.record(run);
  return act(cli, opened, options, run, before, resume);
}
