import { setMaxListeners } from 'node:events';
import { type FleetJournal, openFleetJournal } from '../../adapters/index.ts';
import {
  type FleetEventBody,
  type FleetId,
  type FleetRecord,
  type FleetStop,
  type FleetTargetView,
  type FleetView,
  fleetView,
  foldFleet,
  type RunId,
  runFleet,
  type TargetId,
} from '../../core/index.ts';
import { freshRunId } from '../attempt.ts';
import { configuredChannels } from '../configured-channels.ts';
import type { FleetFollower, FleetOptions } from '../fleet/fleet-options.ts';
import { fleetRunning, fleetTargetNow, saveFleetPlan } from '../fleet/fleet-store.ts';
import type { FleetTask, PlannedFleet } from '../fleet/plan-fleet.ts';
import { type FleetContext, runTarget, type TargetEnd } from '../fleet/run-target.ts';
import { ok, type Result } from '../result.ts';

/** Who follows a fleet: its runs' events, and its targets as they start and end. */
export interface FleetWatcher extends FleetFollower {
  begun(fleet: FleetId): void;
  started(target: TargetId, run: RunId): void;
  ended(view: FleetTargetView): void;
}

export interface ExecuteFleet {
  readonly fleet: FleetId;
  readonly planned: PlannedFleet;
  /** What its journal says; undefined for a new fleet. */
  readonly before: FleetRecord | undefined;
}

/** Runs what was planned of a fleet, each target as a run of its own. Spec: contract of the command line, `run --targets`. */
export async function executeFleet(
  { fleet, planned, before }: ExecuteFleet,
  options: FleetOptions,
  watcher: FleetWatcher,
): Promise<Result<FleetView>> {
  const { project, world } = options;
  const opened = await openFleetJournal(project.root, fleet, world.processes);
  if (opened.type === 'busy') return fleetRunning(fleet, opened.holder.pid);
  const writer = createWriter(opened.journal, options);
  const behind: Promise<void>[] = [];
  try {
    if (!before) await create(fleet, planned, options, writer);
    await writer.write({
      type: 'fleet.started',
      by: options.by,
      process: await world.processes.self(),
      ...options.policy,
    });
    watcher.begun(fleet);
    // A listener for each target that runs is no leak.
    setMaxListeners(0, options.cancel.signal);
    const ended = new Map<TargetId, FleetTargetView>();
    const context = {
      ...options,
      fleet,
      pattern: planned.pattern,
      production: planned.production.length,
      follower: watcher,
      channels: await configuredChannels(project, world),
      afterwards: (work: Promise<void>) => {
        behind.push(work);
      },
    };
    const stopped = await work(planned, context, { ...watcher, ended: keep(ended, watcher) }, writer);
    const view = await finish(before ?? writer.record(), ended, stopped, options);
    await writer.write({ type: 'fleet.finished', outcome: view.status, stopped });
    return ok(view);
  } finally {
    await opened.journal.close();
    await Promise.all(behind);
  }
}

const keep = (ended: Map<TargetId, FleetTargetView>, watcher: FleetWatcher) => (view: FleetTargetView) => {
  ended.set(view.target, view);
  watcher.ended(view);
};

async function create(fleet: FleetId, planned: PlannedFleet, options: FleetOptions, writer: Writer): Promise<void> {
  const { pattern, tasks } = planned;
  await saveFleetPlan(options.project.root, fleet, pattern);
  const targets = tasks.map(({ target }) => target);
  const { file, name } = pattern.source;
  await writer.write({ type: 'fleet.created', fleet, by: options.by, file, name, targets });
}

/** Each start stands in the fleet's journal before the run is created, so that a kill leaves no run that the fleet does not know. */
async function work(
  { tasks }: PlannedFleet,
  context: FleetContext,
  watcher: FleetWatcher,
  writer: Writer,
): Promise<FleetStop | undefined> {
  const runs = createRunIds(context);
  const steps = runFleet<FleetTask, TargetEnd>(
    { targets: tasks, run: (task) => runTarget({ ...task, run: runs.of(task) }, context), verdict: verdictOn },
    context.policy,
    context.cancel.signal,
  );
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      const { target } = next.value.target;
      const run = runs.of(next.value.target);
      if (next.value.type === 'started') {
        await writer.write({ type: 'target.started', target, run });
        watcher.started(target, run);
      } else {
        const { outcome, failure, view } = next.value.ended;
        await writer.write({ type: 'target.finished', target, run, outcome, ...(failure && { failure }) });
        watcher.ended(view);
      }
    }
  } finally {
    await steps.return(undefined);
  }
}

/** The run of each target: the one that goes on, or a new one from the moment when its turn comes; never one id twice. */
function createRunIds({ world }: FleetContext): { of(task: FleetTask): RunId } {
  const given = new Map<TargetId, RunId>();
  const used = new Set<RunId>();
  const fresh = (): RunId => {
    const run = freshRunId(world.clock.now());
    return used.has(run) ? fresh() : run;
  };
  return {
    of({ target, resume }) {
      const run = given.get(target) ?? resume ?? fresh();
      given.set(target, run);
      used.add(run);
      return run;
    },
  };
}

const verdictOn = ({ outcome }: TargetEnd) =>
  outcome === 'succeeded' || outcome === 'cancelled' ? outcome : ('failed' as const);

/** The fleet as it stands at the end: what ran just now as it ended, the rest by its runs' journals. */
async function finish(
  record: FleetRecord | undefined,
  ended: ReadonlyMap<TargetId, FleetTargetView>,
  stopped: FleetStop | undefined,
  options: FleetOptions,
): Promise<FleetView> {
  if (!record) throw new Error('The fleet has no journal.');
  const targets: FleetTargetView[] = [];
  for (const one of record.targets) targets.push(ended.get(one.target) ?? (await fleetTargetNow(one, options)));
  const at = options.world.clock.now().toISOString();
  const now = { ...record, policy: options.policy, attempts: record.attempts + 1, finishedAt: at, stopped };
  return fleetView(now, targets, 'dead');
}

type Writer = ReturnType<typeof createWriter>;

function createWriter(journal: FleetJournal, { world }: FleetOptions) {
  let created: FleetRecord | undefined;
  return {
    async write(body: FleetEventBody): Promise<void> {
      const event = { ...body, v: 1 as const, at: world.clock.now().toISOString() };
      await journal.append(event);
      if (body.type === 'fleet.created') created = foldFleet([event]);
    },
    record: () => created,
  };
}
