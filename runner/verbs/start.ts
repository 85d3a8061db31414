import { mkdir } from 'node:fs/promises';
import {
  type Approval,
  auditOfBeginning,
  auditOfNeed,
  describeNeed,
  type FleetId,
  isTooOld,
  migrationsOf,
  type Need,
  type NotificationChannel,
  needsToRun,
  type Plan,
  type PlannedDanger,
  type Redactor,
  type RunEvent,
  type RunId,
  type RunRecord,
  resolveChannels,
  resolvePlan,
  type ScriptAmendment,
  startRun,
  tooOld,
  type World,
} from '../../core/index.ts';
import { type Consent, exitCodes, type ScriptDifference } from '../../protocol/index.ts';
import { attemptIdentity, executeAttempt } from '../attempt.ts';
import { createAttemptAudit, recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { compileRunnable } from '../compile-runnable.ts';
import type { OperatorDesk } from '../control/operator.ts';
import { dangersToConfirm } from '../dangers.ts';
import { keepConfig } from '../keep-config.ts';
import { keepScripts } from '../kept-scripts.ts';
import { onTarget } from '../on-target.ts';
import { paceOf } from '../pace.ts';
import type { Project } from '../project.ts';
import { recordApproval } from '../record-approval.ts';
import { ok, type Result, refuse, refuseNeeds, refuseProblems } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { redactorFor } from '../secrets-in-use.ts';
import { auditOfSettlements, settledCommands } from '../settlements.ts';
import { shortSecrets } from '../short-secrets.ts';

/** What running or resuming needs, whoever asks: command line or editor. */
export interface ActOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly desk: OperatorDesk;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunId;
  /** The fleet that the run belongs to. */
  readonly fleet?: FleetId;
  readonly by: string;
  readonly consent: Consent;
  /** The plan was made a moment ago by this very process and nobody was asked since, so that it need not be made again to be compared. */
  readonly isFresh?: boolean;
  readonly cancel: AbortController;
  readonly publish: (event: RunEvent) => void;
  /** Told what was mended before a resume goes on with it. */
  readonly onAmended?: (differences: readonly ScriptDifference[]) => void;
  /** Who is told of the attempt, as the deploy config says; absent: nobody. */
  readonly channels?: readonly NotificationChannel[];
  /** Given what goes on behind the attempt's end, such as messages on their way; where it is absent, the attempt ends when that has ended. */
  readonly afterwards?: (work: Promise<void>) => void;
  /** Told what people should know and nothing depends on: a code and what it says. */
  readonly warn?: (message: string) => void;
  /** Told once nothing can refuse the attempt any more. */
  readonly onStart: (redactor: Redactor, plan: Plan) => void;
}

/** Runs a plan that was shown, after checking that it is still the plan. Spec: rulings, "Apply, in this order". */
export const startPlan = (plan: Plan, options: ActOptions): Promise<Result<RunRecord>> =>
  refusedUnrecorded(() => start(plan, options).finally(() => options.world.databases.unexpect?.(options.run)));

async function start(plan: Plan, options: ActOptions): Promise<Result<RunRecord>> {
  const { store, run } = options;
  const stale = await whyStale(plan, options);
  if (stale) return stale;
  const here = await onTarget(plan, options);
  if (here.type === 'error') return here;
  const { world, secrets, missing } = here.value;
  if (missing.length > 0 && !options.consent.skipValidation) return refuseProblems(missing);
  const resolved = resolvePlan(plan, world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const [first] = migrationsOf(plan);
  const reached = first?.connection === undefined ? resolved.connection : resolved.connections.get(first.connection);
  if (first && reached) world.databases.expect?.(reached, run);
  const told = resolveChannels(options.channels ?? [], world.variables);
  const redactor = redactorFor(plan, world.variables, [...told.secrets, ...secrets]);
  const settled = await settledCommands(plan, { ...options, world });
  if (settled.type === 'error') return settled;
  const dangers = await dangersToConfirm(plan, [], { ...options, world }, options.cancel.signal);
  if (dangers.type === 'error') return dangers;
  const found = { amendments: [], dangers: dangers.value };
  const needs = await unmetNeeds(plan, found, redactor, options);
  if (needs) return needs;
  const attempt = { by: options.by, run, target: plan.target.id, plan_digest: plan.digest };
  const given = confirmed(plan, found, options.by).flatMap((need) => auditOfNeed(need, attempt) ?? []);
  const opening = [...auditOfBeginning(plan, attempt, 1), ...given, ...auditOfSettlements(settled.value, attempt)];
  await recordFirst(world.audit, opening, redactor);

  await mkdir(store.folder(run), { recursive: true, mode: 0o700 });
  await store.savePlan(run, plan);
  if (plan.purpose?.type === 'roll_back') await store.noteRollback(plan.purpose.of, run);
  options.onStart(redactor, plan);
  for (const { code, message } of [...shortSecrets(plan, world.variables), ...told.problems])
    options.warn?.(`${code} ${message}`);
  const identity = await attemptIdentity(world, options.by);
  const request = {
    ...identity,
    run,
    plan,
    connection: resolved.connection,
    connections: resolved.connections,
    autoContinue: options.consent.autoContinue,
    ...paceOf(options.consent),
    settlements: settled.value,
    ...(await keepConfig({ ...options, world, redactor })),
    ...(options.fleet !== undefined && { fleet: options.fleet }),
  };
  // Beside the first steps, which wait for the disk and the target.
  const keeping = keepScripts(store.folder(run), plan, { world, redactor }).catch(notKept(options));
  const executing = executeAttempt(startRun(request, world, options.cancel.signal), {
    ...options,
    world,
    channels: told.channels,
    redactor,
    audit: createAttemptAudit({ log: world.audit, redactor, attempt, opening: [], tell: options.warn ?? ignore }),
    record: undefined,
  });
  const [{ end, record }] = await Promise.all([executing, keeping]);
  if (end.type === 'lease-lost') return refuse('LEASE_LOST', end.message, exitCodes.unknown);
  if (!record) throw new Error('The attempt ended without a record.');
  return ok(record);
}

const notKept =
  ({ warn }: Pick<ActOptions, 'warn'>) =>
  (error: unknown): void =>
    warn?.(
      `SCRIPTS_NOT_KEPT A resume will not show what was changed in a script: ${error instanceof Error ? error.message : String(error)}`,
    );

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

/** What speaks for a look by a person, besides the plan itself. */
interface Found {
  readonly amendments: readonly ScriptAmendment[];
  readonly dangers: readonly PlannedDanger[];
}

/** What people have not given; records the starter's own approval on the way. In the editor an approval may come later. */
async function unmetNeeds(
  plan: Plan,
  found: Found,
  redactor: Redactor,
  options: ActOptions,
): Promise<Result<never> | undefined> {
  const { consent } = options;
  const isMissing = (need: Need) => !(need.type === 'approval' && consent.approvals === 'wait');
  const needs = await needsAfterOwnApproval(plan, found, { ...options, redactor }, isMissing);
  return needs.length === 0 ? undefined : refuseNeeds(needs, inWords(needs));
}

/**
 * What is still needed once the starter's own approval counts; it is recorded only where it leaves nothing missing, so that a refused
 * run leaves no approval behind.
 */
export async function needsAfterOwnApproval(
  plan: Plan,
  found: Found,
  { world, consent, by, redactor }: Pick<ActOptions, 'world' | 'consent' | 'by'> & { readonly redactor: Redactor },
  isMissing: (need: Need) => boolean = () => true,
): Promise<readonly Need[]> {
  const own: Approval[] =
    consent.approve === undefined
      ? []
      : [
          {
            planDigest: plan.digest,
            by,
            at: world.clock.now().toISOString(),
            comment: redactor.redact(consent.approve),
          },
        ];
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
  if (needs.length === 0) for (const approval of own) await recordApproval(approval, plan, world);
  return needs;
}

/** Everything that a plan wanted a person to confirm; whoever starts it has. */
export const confirmed = (plan: Plan, { amendments, dangers }: Found, by: string): readonly Need[] =>
  needsToRun(plan, amendments, { approvals: [], confirmations: [], yes: false, by }, dangers).filter(
    ({ type }) => type !== 'approval',
  );

/** Nobody asked to be told. */
export const ignore = (): void => undefined;

export const inWords = (needs: readonly Need[]): string => needs.map(describeNeed).join(' ');
