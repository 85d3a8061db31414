import {
  type Approval,
  type Digest,
  type FleetRecord,
  isProduction,
  isResumable,
  type Need,
  needsToRun,
  type Plan,
  type RunId,
  type RunStatus,
  resolvePlan,
  type ScriptAmendment,
  type TargetId,
} from '../../core/index.ts';
import { exitCodes, type ScriptDifference } from '../../protocol/index.ts';
import { dangersToConfirm } from '../dangers.ts';
import { onTarget } from '../on-target.ts';
import { ok, type Result, refuse, refuseNeeds, refuseProblems } from '../result.ts';
import { previewResume } from '../verbs/resume.ts';
import { consentFor, type FleetNeeds, fleetNeeds } from './fleet-needs.ts';
import type { FleetOptions, FleetRequest } from './fleet-options.ts';
import { firstPlan, planFor } from './fleet-plans.ts';
import { createFleetProblems } from './fleet-problems.ts';
import { fleetLiveness, fleetRunning, fleetTargetNow, readFleetPlan } from './fleet-store.ts';

/** One target that is to be run. */
export interface FleetTask {
  readonly target: TargetId;
  /** The plan that was confirmed. */
  readonly digest: Digest;
  /** The target's lock epoch when it was: a force-unlock since then kills the plan. */
  readonly lockEpoch: number;
  /** The run whose next attempt it is; undefined for a new run. */
  readonly resume: RunId | undefined;
  readonly migrations: number;
}

/** A fleet before anything is run: every target was planned and nothing is wrong. Plans are made again when their turn comes, so that only their digests are kept. */
export interface PlannedFleet {
  /** What the plans of all targets are made from. */
  readonly pattern: Plan;
  /** In the order in which they are started. */
  readonly tasks: readonly FleetTask[];
  readonly production: readonly TargetId[];
  readonly missing: FleetNeeds;
  /** What was mended since, where a fleet is resumed. */
  readonly differences: readonly ScriptDifference[];
}

interface Looked {
  readonly plan: Plan;
  readonly resume?: RunId;
  readonly amendments?: readonly ScriptAmendment[];
  readonly differences?: readonly ScriptDifference[];
}

/** Plans every target of a new fleet; all problems of all targets are told at once. Changes nothing. */
export async function planFleet(request: FleetRequest): Promise<Result<PlannedFleet>> {
  let pattern: Plan | undefined;
  return planTargets(request.targets, request, async (target) => {
    const made = await (pattern ? planFor(pattern, target, request) : firstPlan(target, request));
    if (made.type === 'error') return made;
    pattern ??= made.value.plan;
    return ok({ plan: made.value.plan });
  });
}

/** Plans what is left of a fleet: the next attempts of runs that did not succeed, and runs of the targets that have none. */
export async function planFleetResume(fleet: FleetRecord, options: FleetOptions): Promise<Result<PlannedFleet>> {
  const pattern = await readFleetPlan(options.project.root, fleet.id);
  if (!pattern) {
    const message = `The plan of ${fleet.id} (plan.json) is missing or broken. Start a new fleet: what the targets have is skipped.`;
    return refuse('FLEET_DAMAGED', message, exitCodes.unknown);
  }
  if ((await fleetLiveness(fleet, options.world)) === 'live') return fleetRunning(fleet.id, fleet.process?.pid);
  const left = new Map<TargetId, RunId | undefined>();
  for (const one of fleet.targets) {
    const { status, run, attempts } = await fleetTargetNow(one, options);
    if (status === 'succeeded') continue;
    // A run that is not there any more cannot go on: a new one skips what the target has.
    const isOpen =
      run !== undefined &&
      attempts > 0 &&
      (isResumable(status as RunStatus) || status === 'running' || status === 'waiting');
    left.set(one.target, isOpen ? run : undefined);
  }
  if (left.size === 0) {
    const message = 'Every target of the fleet succeeded: there is nothing to resume. Start a new fleet.';
    return refuse('NOT_RESUMABLE', message, exitCodes.invalidInput);
  }
  return planTargets(
    [...left.keys()],
    options,
    async (target) => {
      const run = left.get(target);
      if (run === undefined) {
        const made = await planFor(pattern, target, options);
        return made.type === 'error' ? made : ok({ plan: made.value.plan });
      }
      const previewed = await previewResume({ ...options, run });
      return previewed.type === 'error' ? previewed : ok({ ...previewed.value, resume: run });
    },
    pattern,
  );
}

async function planTargets(
  targets: readonly TargetId[],
  options: FleetOptions,
  look: (target: TargetId) => Promise<Result<Looked>>,
  given?: Plan,
): Promise<Result<PlannedFleet>> {
  const problems = createFleetProblems(targets.length);
  const tasks: FleetTask[] = [];
  const needs: { readonly target: TargetId; readonly needs: readonly Need[] }[] = [];
  const open: { readonly target: TargetId; readonly plan: Plan; readonly looked: Looked }[] = [];
  const production: TargetId[] = [];
  const differences = new Map<string, ScriptDifference>();
  let pattern = given;
  for (const target of targets) {
    const looked = await look(target);
    const wrong = looked.type === 'ok' ? await whyUnresolved(looked.value.plan, options, looked) : looked;
    if (wrong.type === 'error') problems.add(target, wrong.error);
    if (looked.type === 'error' || wrong.type === 'error') continue;
    const { plan, resume } = looked.value;
    pattern ??= plan;
    if (isProduction(plan.target)) production.push(target);
    tasks.push({
      target,
      digest: plan.digest,
      lockEpoch: plan.base.lockEpoch,
      resume,
      migrations: migrationCount(plan),
    });
    for (const one of looked.value.differences ?? []) differences.set(JSON.stringify(one), one);
    if (asksPeople(looked.value)) open.push({ target, plan, looked: looked.value });
  }
  const refusal = problems.refusal();
  if (refusal) return refusal;
  for (const { target, looked } of open) {
    const missing = await missingFor(target, looked, production.length, options);
    if (missing.type === 'error') problems.add(target, missing.error);
    else if (missing.value.length > 0) needs.push({ target, needs: missing.value });
  }
  const unclear = problems.refusal();
  if (unclear) return unclear;
  if (!pattern) throw new Error('A fleet has at least one target.');
  const missing = fleetNeeds(needs, production.length);
  return ok({ pattern, tasks, production, missing, differences: [...differences.values()] });
}

/** What a plan lacks. Only an address is looked up in what the target has stored: that is where each target has its own. */
async function whyUnresolved<T>(plan: Plan, options: FleetOptions, otherwise: Result<T>): Promise<Result<T>> {
  const here = plan.connections ? await onTarget(plan, options) : ok(options);
  if (here.type === 'error') return here;
  const resolved = resolvePlan(plan, here.value.world);
  return resolved.type === 'missing' ? refuseProblems(resolved.problems) : otherwise;
}

const migrationCount = ({ operations }: Plan): number => operations.filter(({ type }) => type === 'migration').length;

/** Only such plans are kept until their needs are known: of the others nothing is ever asked. */
const asksPeople = ({ plan, amendments = [] }: Looked): boolean =>
  isProduction(plan.target) || plan.approval.required || amendments.length > 0;

/** What a target still needs; the starter's own approval counts and is recorded only when its run starts. */
async function missingFor(
  target: TargetId,
  { plan, amendments = [] }: Looked,
  production: number,
  options: FleetOptions,
): Promise<Result<readonly Need[]>> {
  const { world, by, cancel } = options;
  const consent = consentFor(target, options.consent, production);
  const dangers = await dangersToConfirm(plan, [], options, cancel.signal);
  if (dangers.type === 'error') return dangers;
  const at = world.clock.now().toISOString();
  const own: Approval[] =
    consent.approve === undefined ? [] : [{ planDigest: plan.digest, by, at, comment: consent.approve }];
  const approvals = [...(await world.approvals.of(plan.digest)), ...own];
  const { confirmations, yes, seen } = consent;
  return ok(needsToRun(plan, amendments, { approvals, confirmations, yes, seen, by }, dangers.value));
}

/** Refused with exit 6 where people have not given everything. */
export const unmetFleetNeeds = ({ missing, differences }: PlannedFleet): Result<never> | undefined =>
  missing.needs.length === 0 ? undefined : refuseNeeds(missing.needs, missing.message, differences);
