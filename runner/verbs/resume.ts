import {
  type AuditEntryBody,
  auditOfBeginning,
  auditOfNeed,
  comparePlans,
  isResumable,
  type Need,
  operationId,
  type Plan,
  type RunId,
  type RunRecord,
  resolveChannels,
  resolvePlan,
  resumeRun,
  runStatus,
  type ScriptAmendment,
  whyNotSettle,
  whyNotSkip,
} from '../../core/index.ts';
import { exitCodes, type ScriptDifference } from '../../protocol/index.ts';
import { attemptIdentity, executeAttempt } from '../attempt.ts';
import { createAttemptAudit, recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { compileRunnable } from '../compile-runnable.ts';
import { dangersToConfirm } from '../dangers.ts';
import { keepConfig } from '../keep-config.ts';
import { keepScripts } from '../kept-scripts.ts';
import { livenessOf } from '../liveness.ts';
import { onTarget } from '../on-target.ts';
import { paceOf } from '../pace.ts';
import { ok, type Result, refuse, refuseNeeds, refuseProblems } from '../result.ts';
import { scriptDifferences } from '../script-difference.ts';
import { redactorFor } from '../secrets-in-use.ts';
import { auditOfSettlements, settlementsOf } from '../settlements.ts';
import { shortSecrets } from '../short-secrets.ts';
import { type ActOptions, confirmed, ignore, inWords, needsAfterOwnApproval } from './start.ts';

export interface ResumePreview {
  readonly record: RunRecord;
  readonly stored: Plan;
  /** The stored plan, or the one with the mended scripts. */
  readonly plan: Plan;
  readonly amendments: readonly ScriptAmendment[];
  /** What was mended, in the order of the amendments. */
  readonly differences: readonly ScriptDifference[];
}

/** What a resume would meet: refused with exit 4 where more than the scripts of unfinished operations differs. Spec: rulings, "Resume". */
export async function previewResume(
  options: Pick<ActOptions, 'project' | 'world' | 'store' | 'run'>,
): Promise<Result<ResumePreview>> {
  const { store, run, world } = options;
  const [record, stored] = await Promise.all([store.record(run), store.plan(run)]);
  if (!record || !stored) return refuse(...missingRun(run, record, stored));
  const status = runStatus(record, await livenessOf(record, store.folder(run), world));
  if (!isResumable(status)) {
    const next =
      status === 'running' || status === 'waiting'
        ? `Follow it with: srdeploy runs logs ${run} --follow`
        : 'Start a new run.';
    return refuse(
      'NOT_RESUMABLE',
      `The run stands as ${status.replace('_', ' ')}: there is nothing to resume. ${next}`,
      exitCodes.invalidInput,
    );
  }
  // Said before the attempt begins: a runner of its own could tell nobody any more.
  const { state } = await world.leases.read(stored.target.id);
  if (state.forcedEpoch > stored.base.lockEpoch) {
    const message = 'The target was unlocked by force after this plan was made. Start a new run, which plans anew.';
    return refuse('REPLAN_REQUIRED_AFTER_FORCE_UNLOCK', message, exitCodes.stalePlan);
  }
  const now = await compileRunnable(stored, options, new AbortController().signal);
  if (now.type === 'error') return now;
  const compared = comparePlans(stored, now.value.plan, record);
  if (compared.type === 'refused') {
    const message = `The project is not what the run was planned from; these differ: ${compared.differences.join('; ')}. Start a new run.`;
    return refuse('PLAN_CHANGED', message, exitCodes.stalePlan);
  }
  if (compared.type === 'same') return ok({ record, stored, plan: stored, amendments: [], differences: [] });
  const { amendments } = compared;
  const redactor = redactorFor(stored, world.variables);
  const differences = await scriptDifferences(amendments, { run, store, world, redactor });
  return ok({ record, stored, plan: { ...now.value.plan, base: stored.base }, amendments, differences });
}

/** What of a run cannot be read, in words and as a stable code. */
export function missingRun(
  run: RunId,
  record: RunRecord | undefined,
  plan: Plan | undefined,
): [code: string, message: string, exitCode: number] {
  if (!record && !plan) return ['NO_SUCH_RUN', `There is no run ${run} in this project.`, exitCodes.invalidInput];
  const what = record ? 'stored plan (plan.json)' : 'journal (events.jsonl)';
  const message = `The ${what} of run ${run} is missing or broken. Start a new run: what the target has is skipped.`;
  return ['RUN_DAMAGED', message, exitCodes.unknown];
}

/** The next attempt of a run. */
export const resume = (options: ActOptions): Promise<Result<RunRecord>> =>
  refusedUnrecorded(() => nextAttempt(options));

async function nextAttempt(options: ActOptions): Promise<Result<RunRecord>> {
  const { store, run } = options;
  const previewed = await previewResume(options);
  if (previewed.type === 'error') return previewed;
  const { record, stored, plan, amendments, differences } = previewed.value;
  const here = await onTarget(plan, options);
  if (here.type === 'error') return here;
  const { world, secrets, missing } = here.value;
  if (missing.length > 0 && !options.consent.skipValidation) return refuseProblems(missing);
  const skips = (options.consent.skip ?? []).map((skip) => ({ ...skip, operation: operationId(skip.operation) }));
  const refusals = skips.flatMap((skip) => whyNotSkip(record, skip) ?? []);
  if (refusals.length > 0) return refuse('SKIP_REFUSED', refusals.join(' '), exitCodes.invalidInput);
  const settlements = settlementsOf(options.consent);
  const unsettled = settlements.flatMap((one) => whyNotSettle(record, one) ?? []);
  if (unsettled.length > 0) return refuse('SETTLE_REFUSED', unsettled.join(' '), exitCodes.invalidInput);
  const resolved = resolvePlan(plan, world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const skipped = skips.map(({ operation }) => operation);
  const dangers = await dangersToConfirm(plan, skipped, { ...options, world }, options.cancel.signal);
  if (dangers.type === 'error') return dangers;
  const isMissing = (need: Need) => amendments.length > 0 || !wasGivenAtStart(need);
  const told = resolveChannels(options.channels ?? [], world.variables);
  const redactor = redactorFor(plan, world.variables, [...told.secrets, ...secrets]);
  const found = { amendments, dangers: dangers.value };
  const needs = await needsAfterOwnApproval(plan, found, { ...options, redactor }, isMissing);
  if (needs.length > 0) return refuseNeeds(needs, inWords(needs), differences);
  await recordFirst(world.audit, [], redactor);

  options.onStart(redactor, plan);
  for (const { code, message } of [...shortSecrets(plan, world.variables), ...told.problems])
    options.warn?.(`${code} ${message}`);
  if (differences.length > 0) options.onAmended?.(differences);
  const identity = await attemptIdentity(world, options.by);
  const events = resumeRun(
    {
      ...identity,
      run,
      plan,
      connection: resolved.connection,
      connections: resolved.connections,
      autoContinue: options.consent.autoContinue,
      ...paceOf(options.consent, record.attempts.at(-1)?.pace),
      ...(await keepConfig({ ...options, world, redactor })),
      storedDigest: stored.digest,
      amendments,
      skips,
      settlements,
      seenSeq: record.lastSeq,
      reload: async () => (await store.record(run)) ?? record,
    },
    world,
    options.cancel.signal,
  );
  const attempt = { by: options.by, run, target: plan.target.id, plan_digest: plan.digest };
  const given = confirmed(plan, found, options.by).filter(isMissing);
  const opening: readonly AuditEntryBody[] = [
    ...auditOfBeginning(plan, attempt, record.attempts.length + 1),
    ...given.flatMap((need) => auditOfNeed(need, attempt) ?? []),
    ...skips.map((skip) => ({ ...attempt, action: 'step.skipped' as const, ...skip })),
    ...auditOfSettlements(settlements, attempt),
  ];
  const result = await executeAttempt(events, {
    ...options,
    world,
    channels: told.channels,
    redactor,
    audit: createAttemptAudit({ log: world.audit, redactor, attempt, opening, tell: options.warn ?? ignore }),
    record,
    stored: async ({ type }) => {
      if (type !== 'plan.amended') return;
      await store.savePlan(run, plan);
      await keepScripts(store.folder(run), plan, { world, redactor });
    },
  });
  switch (result.end.type) {
    case 'finished':
      return ok(result.record ?? record);
    case 'lease-lost':
      return refuse('LEASE_LOST', result.end.message, exitCodes.unknown);
    case 'refused':
      return refuse(result.end.code, result.end.message, refusalExitCode(result.end.code));
  }
}

/** What was confirmed when a rollback began holds for the whole of it, as long as its scripts are what they were. */
const wasGivenAtStart = ({ type }: Need): boolean =>
  type === 'confirm-rollback' || type === 'confirm-skip-irreversible';

function refusalExitCode(code: string) {
  if (code === 'LOCK_TIMEOUT') return exitCodes.locked;
  if (code === 'CANCELLED') return exitCodes.cancelled;
  return code === 'RUN_CHANGED' ? exitCodes.invalidInput : exitCodes.stalePlan;
}
