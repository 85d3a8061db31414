import {
  type Failure,
  type FleetId,
  type FleetTargetOutcome,
  type FleetTargetView,
  fleetTargetView,
  linkedAbort,
  type NotificationChannel,
  type Plan,
  type Redactor,
  type RunId,
  type RunRecord,
} from '../../core/index.ts';
import { type ErrorView, exitCodes } from '../../protocol/index.ts';
import { recordCrash } from '../attempt.ts';
import { createOperatorDesk } from '../control/operator.ts';
import { type Result, refuse } from '../result.ts';
import { resume } from '../verbs/resume.ts';
import { type ActOptions, startPlan } from '../verbs/start.ts';
import { consentFor } from './fleet-needs.ts';
import type { FleetFollower, FleetOptions } from './fleet-options.ts';
import { planFor } from './fleet-plans.ts';
import type { FleetTask } from './plan-fleet.ts';

/** A task with the run that it gets. */
export interface TargetRun extends FleetTask {
  readonly run: RunId;
}

/** How a target ended, for the fleet's journal and for people. */
export interface TargetEnd {
  readonly outcome: FleetTargetOutcome;
  readonly failure: Failure | undefined;
  readonly view: FleetTargetView;
}

/** What the runs of a fleet have in common. */
export interface FleetContext extends FleetOptions {
  readonly fleet: FleetId;
  readonly pattern: Plan;
  readonly production: number;
  readonly follower: FleetFollower;
  readonly channels: readonly NotificationChannel[];
  /** Given what goes on behind the end of a run: the next target does not wait for it. */
  readonly afterwards: (work: Promise<void>) => void;
}

/** Runs one target to its end. Never rejects: what breaks in one target is that target's end and no other's. */
export async function runTarget(task: TargetRun, context: FleetContext): Promise<TargetEnd> {
  const { target, run } = task;
  const { controller, unlink } = linkedAbort(context.cancel.signal);
  let behind: Promise<void> = Promise.resolve();
  const afterwards = (work: Promise<void>) => {
    behind = work;
    context.afterwards(work);
  };
  let redactor: Redactor | undefined;
  try {
    const result = await attempt(task, { ...context, afterwards }, controller, (given) => {
      redactor = given;
    });
    return result.type === 'ok' ? endOf(task, result.value) : await refusedEnd(task, result.error, context);
  } catch (error) {
    if (redactor) await recordCrash(context.store, run, redactor, error);
    const message = error instanceof Error ? error.message : String(error);
    const failure = { code: crashCode(error), message: redactor?.redact(message) ?? message };
    return {
      outcome: 'unknown',
      failure,
      view: { target, run, status: 'unknown', attempts: 0, migrations: 0, error: failure },
    };
  } finally {
    // A cancel of the fleet is heard as long as messages are on their way, which never reject.
    void behind.then(unlink);
  }
}

/** What this machine refuses, such as a full disk, is no defect. */
function crashCode(error: unknown): string {
  const { code, syscall } = error as Partial<NodeJS.ErrnoException>;
  return code !== undefined && syscall !== undefined ? 'SYSTEM_ERROR' : 'INTERNAL_ERROR';
}

async function attempt(
  task: TargetRun,
  context: FleetContext,
  cancel: AbortController,
  onRedactor: (redactor: Redactor) => void,
): Promise<Result<RunRecord>> {
  const { target, run } = task;
  const { project, store, env, by, fleet, follower, production } = context;
  // Steps of different targets have the same ids: each run has a desk of its own.
  const desk = createOperatorDesk();
  const world = { ...context.world, operator: desk.operator };
  const act: ActOptions = {
    project,
    world,
    store,
    desk,
    env,
    run,
    fleet,
    by,
    consent: consentFor(target, context.consent, production),
    cancel,
    channels: context.channels,
    afterwards: context.afterwards,
    publish: (event) => follower.event(event, { target, run, fleet }),
    warn: (message) => follower.warn(message),
    onStart: onRedactor,
  };
  if (task.resume !== undefined) return resume(act);
  const made = await planFor(context.pattern, target, context);
  if (made.type === 'error') return made;
  const { plan } = made.value;
  if (plan.digest !== task.digest) {
    const message =
      'The plan of this target is not the one that the fleet began with: a file of the project was changed since.';
    return refuse('PLAN_CHANGED', `${message} Start a new fleet for what is left.`, exitCodes.stalePlan);
  }
  // Made a moment ago, so that it is not too old; but a force-unlock since the fleet began still ends it.
  return startPlan({ ...plan, base: { ...plan.base, lockEpoch: task.lockEpoch } }, { ...act, isFresh: true });
}

function endOf({ target, run }: TargetRun, record: RunRecord): TargetEnd {
  const view = fleetTargetView({ target, run, outcome: undefined, failure: undefined }, record, 'dead');
  const isUnclear = record.operations.some(({ status }) => status === 'unknown');
  const outcome = record.end.type === 'open' || isUnclear ? 'unknown' : record.end.outcome;
  return { outcome, failure: undefined, view: { ...view, status: outcome } };
}

/** An attempt that lost its lease wrote what it did before; any other refusal did nothing. */
async function refusedEnd(
  { target, run }: TargetRun,
  { code, message }: ErrorView,
  { store }: FleetContext,
): Promise<TargetEnd> {
  const failure = { code, message };
  const outcome = code === 'LEASE_LOST' ? 'unknown' : code === 'CANCELLED' ? 'cancelled' : 'refused';
  const record = await store.record(run);
  const view = fleetTargetView({ target, run, outcome, failure }, record, 'dead');
  return { outcome, failure, view: { ...view, status: outcome, error: failure } };
}
