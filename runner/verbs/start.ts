import { mkdir } from 'node:fs/promises';
import {
  type Approval,
  describeNeed,
  isTooOld,
  type Need,
  needsToRun,
  type Plan,
  type PlannedDanger,
  type Redactor,
  type RunEvent,
  type RunId,
  type RunRecord,
  resolvePlan,
  type ScriptAmendment,
  startRun,
  tooOld,
  type World,
} from '../../core/index.ts';
import { type Consent, exitCodes, type ScriptDifference } from '../../protocol/index.ts';
import { attemptIdentity, executeAttempt } from '../attempt.ts';
import { compileRunnable } from '../compile-runnable.ts';
import type { OperatorDesk } from '../control/operator.ts';
import { dangersToConfirm } from '../dangers.ts';
import { keepScripts } from '../kept-scripts.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse, refuseNeeds, refuseProblems } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { redactorFor } from '../secrets-in-use.ts';

/** What running or resuming needs, whoever asks: command line or editor. */
export interface ActOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly desk: OperatorDesk;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunId;
  readonly by: string;
  readonly consent: Consent;
  /** The plan was made a moment ago by this very process and nobody was asked since, so that it need not be made again to be compared. */
  readonly isFresh?: boolean;
  readonly cancel: AbortController;
  readonly publish: (event: RunEvent) => void;
  /** Told what was mended before a resume goes on with it. */
  readonly onAmended?: (differences: readonly ScriptDifference[]) => void;
  /** Told once nothing can refuse the attempt any more. */
  readonly onStart: (redactor: Redactor, plan: Plan) => void;
}

/** Runs a plan that was shown, after checking that it is still the plan. Spec: rulings, "Apply, in this order". */
export async function startPlan(plan: Plan, options: ActOptions): Promise<Result<RunRecord>> {
  const { world, store, run } = options;
  const stale = await whyStale(plan, options);
  if (stale) return stale;
  const resolved = resolvePlan(plan, world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const needs = await unmetNeeds(plan, options);
  if (needs) return needs;

  await mkdir(store.folder(run), { recursive: true, mode: 0o700 });
  await store.savePlan(run, plan);
  if (plan.purpose?.type === 'roll_back') await store.noteRollback(plan.purpose.of, run);
  const redactor = redactorFor([plan.connection], world.variables, plan.operations);
  await keepScripts(store.folder(run), plan, { world, redactor });
  options.onStart(redactor, plan);
  const identity = await attemptIdentity(world, options.by);
  const request = {
    ...identity,
    run,
    plan,
    connection: resolved.connection,
    autoContinue: options.consent.autoContinue,
  };
  const { end, record } = await executeAttempt(startRun(request, world, options.cancel.signal), {
    ...options,
    redactor,
    record: undefined,
  });
  if (end.type === 'lease-lost') return refuse('LEASE_LOST', end.message, exitCodes.unknown);
  if (!record) throw new Error('The attempt ended without a record.');
  return ok(record);
}

async function whyStale(plan: Plan, options: ActOptions): Promise<Result<never> | undefined> {
  const { world } = options;
  const now = options.isFresh ? undefined : await compileRunnable(plan, options, options.cancel.signal);
  if (now?.type === 'error') return now;
  if (now && now.value.plan.digest !== plan.digest) {
    return refuse(
      'PLAN_CHANGED',
      'The plan is not the one that was shown: a file of the project was changed since. Plan again.',
      exitCodes.stalePlan,
    );
  }
  if (isTooOld(plan, world.clock.now())) return refuse(tooOld.code, tooOld.message, exitCodes.stalePlan);
  const { state } = await world.leases.read(plan.target.id);
  if (state.forcedEpoch > plan.base.lockEpoch) {
    return refuse(
      'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK',
      'The target was unlocked by force after this plan was made. Plan again.',
      exitCodes.stalePlan,
    );
  }
  return undefined;
}

/** What people have not given; records the starter's own approval on the way. In the editor an approval may come later. */
async function unmetNeeds(plan: Plan, options: ActOptions): Promise<Result<never> | undefined> {
  const { consent } = options;
  const dangers = await dangersToConfirm(plan, [], options, options.cancel.signal);
  if (dangers.type === 'error') return dangers;
  const isMissing = (need: Need) => !(need.type === 'approval' && consent.approvals === 'wait');
  const needs = await needsAfterOwnApproval(plan, { amendments: [], dangers: dangers.value }, options, isMissing);
  return needs.length === 0 ? undefined : refuseNeeds(needs, inWords(needs));
}

/**
 * What is still needed once the starter's own approval counts; it is recorded only where it leaves nothing missing, so that a refused
 * run leaves no approval behind.
 */
export async function needsAfterOwnApproval(
  plan: Plan,
  found: { readonly amendments: readonly ScriptAmendment[]; readonly dangers: readonly PlannedDanger[] },
  { world, consent, by }: Pick<ActOptions, 'world' | 'consent' | 'by'>,
  isMissing: (need: Need) => boolean = () => true,
): Promise<readonly Need[]> {
  const own: Approval[] =
    consent.approve === undefined
      ? []
      : [{ planDigest: plan.digest, by, at: world.clock.now().toISOString(), comment: consent.approve }];
  const approvals = [...(await world.approvals.of(plan.digest)), ...own];
  const given = {
    approvals,
    confirmations: consent.confirmations,
    yes: consent.yes,
    seen: consent.seen,
    skipIrreversible: consent.skipIrreversible,
    by,
  };
  const needs = needsToRun(plan, found.amendments, given, found.dangers).filter(isMissing);
  if (needs.length === 0) for (const approval of own) await world.approvals.record(approval);
  return needs;
}

export const inWords = (needs: readonly Need[]): string => needs.map(describeNeed).join(' ');
