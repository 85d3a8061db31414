import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FleetId, FleetRecord } from '../../core/index.ts';
import { type Consent, exitCodes } from '../../protocol/index.ts';
import {
  createHistoryIndexer,
  executeFleet,
  type FleetOptions,
  fleetRecord,
  fleetTargets,
  freshFleetId,
  type PlannedFleet,
  planFleet,
  planFleetResume,
  type Result,
  rememberingConfig,
  unmetFleetNeeds,
} from '../../runner/index.ts';
import { askForFleet } from '../ask-for-fleet.ts';
import { personAt } from '../ask-person.ts';
import { cancelOnSignals } from '../cancel-on-signals.ts';
import { type Cli, type CommonOptions, expectOk, type Opened, openProject, printJson, printLines } from '../context.ts';
import { fleetExitCode, printFleetEnd } from '../fleet-end.ts';
import { type FleetChoice, type FleetPace, policyOf, wordsIn } from '../fleet-options.ts';
import { createFleetProgress } from '../fleet-progress.ts';
import { inputFailure, openPlan } from '../named-plan.ts';
import { type ShapeOptions, shapeOf } from '../plan-options.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { fleetPlanLines } from '../text/fleet-lines.ts';

interface FollowOptions extends CommonOptions {
  readonly events?: true;
}

/** `run` and `migration apply` with `--targets`: each target a run of its own. */
export async function runFleetCommand(
  cli: Cli,
  file: string | undefined,
  options: FollowOptions & ShapeOptions & FleetChoice & { readonly dryRun?: true },
  consent: Consent,
): Promise<number> {
  const opened = await openPlan(cli, file, options, options.dryRun ? 'read' : 'act');
  const words = [...(options.targets ?? []), ...(options.targetsFile ?? []).flatMap(targetsIn)];
  const targets = expectOk(await fleetTargets({ ...opened, words }));
  if (targets.length === 0) throw inputFailure('NO_TARGETS', 'No target is named by --targets or --targets-file.');
  const fleet = fleetOptions(cli, opened, options, consent);
  const request = { ...fleet, file: opened.file, targets, shape: shapeOf(options) };
  if (options.dryRun) {
    const planned = expectOk(await planFleet(request));
    if (options.json) printJson(cli, { fleet: dryRun(planned), dryRun: true });
    else printLines(cli, [...fleetPlanLines(planned), '', 'Dry run: nothing was run.']);
    return exitCodes.done;
  }
  const id = freshFleetId(opened.world.clock.now());
  return follow(cli, opened, {
    id,
    before: undefined,
    options,
    fleet,
    plan: (given) => planFleet({ ...request, consent: given }),
  });
}

/** `fleet resume`, and `resume` of a fleet's id: what did not succeed goes on, what was never started begins. */
export async function resumeFleetCommand(
  cli: Cli,
  id: FleetId,
  options: FollowOptions & FleetPace,
  consent: Consent,
): Promise<number> {
  const opened = await openProject(cli, options, { access: 'act' });
  const before = expectOk(await fleetRecord(opened.project.root, id));
  const fleet = fleetOptions(cli, opened, options, consent, before);
  return follow(cli, opened, {
    id,
    before,
    options,
    fleet,
    plan: (given) => planFleetResume(before, { ...fleet, consent: given }),
  });
}

const fleetOptions = (
  cli: Cli,
  { project, world, store }: Opened,
  options: FleetPace,
  consent: Consent,
  before?: FleetRecord,
): FleetOptions => ({
  project,
  world: { ...world, checkConfig: rememberingConfig() },
  store,
  env: cli.env,
  by: cli.by,
  consent: withoutParallel(consent),
  policy: policyOf(options, before?.policy),
  cancel: new AbortController(),
});

/** In a fleet, `--parallel` counts targets. */
const withoutParallel = ({ parallel: _targets, ...consent }: Consent): Consent => consent;

/** The ids and patterns of a file. */
function targetsIn(file: string): readonly string[] {
  const absolute = resolve(file);
  if (!existsSync(absolute)) throw inputFailure('FILE_UNREADABLE', `${file} does not exist.`);
  try {
    const lines = readFileSync(absolute, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
    return lines.flatMap((line) => wordsIn(line.replace(/#.*$/, '')));
  } catch (error) {
    throw inputFailure('FILE_UNREADABLE', `${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

const dryRun = ({ tasks, production, missing }: PlannedFleet): object => ({
  targets: tasks.map(({ target, digest, migrations }) => ({
    target,
    digest,
    migrations,
    production: production.includes(target),
  })),
  needs: missing.needs,
});

interface Followed {
  readonly id: FleetId;
  readonly before: FleetRecord | undefined;
  readonly options: FollowOptions;
  readonly fleet: FleetOptions;
  readonly plan: (consent: Consent) => Promise<Result<PlannedFleet>>;
}

/** Plans all targets, asks a person for what is missing, runs, and tells what became of each. */
async function follow(cli: Cli, opened: Opened, { id, before, options, fleet, plan }: Followed): Promise<number> {
  const show = options.events ? 'events' : options.json ? 'quiet' : 'text';
  const stop = cancelOnSignals(cli, fleet.cancel, () => `srdeploy fleet resume ${id}`);
  try {
    let { consent } = fleet;
    let planned = expectOk(await plan(consent));
    if (show === 'text') printLines(cli, differenceLines(planned.differences, cli.paint));
    const person = show === 'text' && planned.missing.needs.length > 0 ? personAt(cli) : undefined;
    const given = person && (await askForFleet(cli, person, planned, consent));
    if (given) {
      consent = given;
      planned = expectOk(await plan(given));
    }
    const refused = unmetFleetNeeds(planned);
    if (refused) return expectOk(refused);
    const progress = createFleetProgress(cli, { show, total: planned.tasks.length, plan: planned.pattern });
    try {
      const executed = await executeFleet({ fleet: id, planned, before }, { ...fleet, consent }, progress);
      progress.stop();
      const view = expectOk(executed);
      await createHistoryIndexer(opened.project.root, cli.dist, opened.world).finish(progress.warn);
      printFleetEnd(cli, view, show === 'text' ? 'text' : options.json && !options.events ? 'json' : 'none');
      return fleetExitCode(view);
    } finally {
      progress.stop();
    }
  } finally {
    stop();
  }
}
