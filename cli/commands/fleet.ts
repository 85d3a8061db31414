import type { Command } from 'commander';
import type { FleetView } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { listFleets, namedFleet, showFleet } from '../../runner/index.ts';
import { type ActCommandOptions, consentOf, withActOptions } from '../act-options.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { type FleetPace, withPaceOptions } from '../fleet-options.ts';
import { inputFailure } from '../named-plan.ts';
import { fleetLines, fleetTable } from '../text/fleet-lines.ts';
import { wholeNumber } from '../whole-number.ts';
import { resumeFleetCommand } from './run-fleet.ts';

const fleetArgument = 'the id of a fleet, the beginning or end of one, or "latest"';

/** `fleet list`, `fleet show`, `fleet resume`: what was run on many targets with one command. */
export const addFleet = (program: Command, cli: Cli): void => {
  const fleet = program.command('fleet').description('what was run on many targets with one command');
  fleet
    .command('list')
    .description('fleets of the project, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 20)
    .action(cli.ends(async (_options: object, command: Command) => list(cli, command.optsWithGlobals())));
  fleet
    .command('show')
    .description('a fleet with its targets, their runs and how they stand')
    .argument('<fleet>', fleetArgument)
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => show(cli, word, command.optsWithGlobals())),
    );
  withPaceOptions(
    withActOptions(
      fleet
        .command('resume')
        .description('go on with the targets that did not succeed, and begin those that were not started')
        .argument('<fleet>', fleetArgument),
    ),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) => resume(cli, word, command.optsWithGlobals())),
  );
};

async function list(cli: Cli, options: CommonOptions & { readonly limit: number }): Promise<number> {
  const opened = await openProject(cli, options);
  const views: FleetView[] = [];
  for (const id of (await listFleets(opened.project.root)).slice(0, options.limit)) {
    const shown = await showFleet(id, opened);
    if (shown.type === 'ok') views.push(shown.value);
    else cli.err.write(`warning ${shown.error.message}\n`);
  }
  if (options.json) printJson(cli, { fleets: views.map(({ targets: _targets, ...fleet }) => fleet) });
  else printLines(cli, fleetTable(views));
  return exitCodes.done;
}

async function show(cli: Cli, word: string, options: CommonOptions): Promise<number> {
  const opened = await openProject(cli, options);
  const view = expectOk(await showFleet(expectOk(await namedFleet(opened.project.root, word)), opened));
  if (options.json) printJson(cli, { fleet: view });
  else printLines(cli, fleetLines(view, cli.paint));
  return exitCodes.done;
}

async function resume(cli: Cli, word: string, options: ActCommandOptions & FleetPace): Promise<number> {
  if (options.detach) throw inputFailure('USAGE', '--detach is about one run.');
  const opened = await openProject(cli, options);
  const id = expectOk(await namedFleet(opened.project.root, word));
  return resumeFleetCommand(cli, id, options, consentOf(options));
}
