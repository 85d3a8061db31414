import type { Command } from 'commander';
import { resume, startDetached } from '../../runner/index.ts';
import type { Cli } from '../context.ts';
import { openRun } from '../named-run.ts';
import { type ActCommandOptions, act, consentOf, endDetached, withActOptions } from './run.ts';

export const addResume = (program: Command, cli: Cli): void => {
  withActOptions(
    program
      .command('resume')
      .description('make the next attempt of a run that did not succeed: pre-checks again, done steps skipped')
      .argument('<run>', 'the id of a run, the beginning or end of one, or "latest"'),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) =>
      resumeRun(cli, word, command.optsWithGlobals()),
    ),
  );
};

async function resumeRun(cli: Cli, word: string, options: ActCommandOptions): Promise<number> {
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
