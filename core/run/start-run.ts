import { linkedAbort } from '../base/linked-abort.ts';
import { approvalsNeeded, countingApprovals } from '../gate/judge-approvals.ts';
import { isTooOld, tooOld } from '../gate/plan-freshness.ts';
import type { Acquired } from '../lock/acquire.ts';
import type { Plan } from '../model/plan.ts';
import type { Failure, PlannedOperation, RunEventBody } from '../model/run.ts';
import type { World } from '../ports/world.ts';
import type { AttemptEnd, AttemptRequest } from './attempt-request.ts';
import { cancelledBy } from './cancel-request.ts';
import { databaseOf } from './database-of.ts';
import { acquire, letGo, refusalOf, runUnderLease } from './under-lease.ts';

const approvalPollMs = 1_000;

/** The first attempt of a run: created, approved without a lease, locked, run. Each event is stored before the next is asked for. */
export async function* startRun(
  request: AttemptRequest,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, AttemptEnd> {
  const { plan } = request;
  yield {
    type: 'run.created',
    run: request.run,
    planDigest: plan.digest,
    planFile: plan.source.file,
    planName: plan.source.name,
    project: plan.project,
    target: plan.target.id,
    by: request.by,
    operations: plannedOperations(plan),
    ...(plan.purpose && { purpose: plan.purpose }),
    ...(request.fleet !== undefined && { fleet: request.fleet }),
  };
  yield attemptStarted(request);
  yield* waitForApprovals(request, world, signal);
  const acquired = signal.aborted ? ({ type: 'cancelled' } as const) : yield* acquire(request, world, signal);
  if (acquired.type === 'acquired') {
    const why = await whyNotNow(request, world);
    if (why) return yield* endBefore(why, request, acquired, world);
    return yield* runUnderLease(request, acquired, undefined, world, signal);
  }
  const by = cancelledBy(signal);
  if (by !== undefined) yield { type: 'cancel.requested', by };
  yield {
    type: 'run.finished',
    outcome: acquired.type === 'cancelled' ? 'cancelled' : 'failed',
    failure: refusalOf(acquired),
  };
  return { type: 'finished' };
}

/** Checked once the target is held: a run may have waited long for approvals or for others. Spec: rulings, "Apply, in this order". */
async function whyNotNow({ plan, by }: AttemptRequest, world: World): Promise<Failure | undefined> {
  if (isTooOld(plan, world.clock.now())) return tooOld;
  if (!plan.approval.required) return undefined;
  const have = countingApprovals(plan, { approvals: await world.approvals.of(plan.digest), by }).length;
  const needed = approvalsNeeded(plan);
  if (have >= needed) return undefined;
  const message = `The plan needs ${needed} approvals and has ${have} now: what was approved before the target was free is gone. Nothing was run.`;
  return { code: 'APPROVAL_MISSING', message };
}

async function* endBefore(
  failure: Failure,
  request: AttemptRequest,
  acquired: Extract<Acquired, { type: 'acquired' }>,
  world: World,
): AsyncGenerator<RunEventBody, AttemptEnd> {
  try {
    yield { type: 'run.finished', outcome: 'failed', failure };
  } finally {
    await letGo(request, acquired, world);
  }
  return { type: 'finished' };
}

export const attemptStarted = (request: AttemptRequest): RunEventBody => ({
  type: 'attempt.started',
  by: request.by,
  host: request.holder.process.host,
  pid: request.holder.process.pid,
  planDigest: request.plan.digest,
  ...(request.pace && { pace: request.pace }),
  ...(request.config && { config: request.config }),
});

const plannedOperations = (plan: Plan): readonly PlannedOperation[] =>
  plan.operations.map((operation) => {
    const { id, type, name, phase } = operation;
    return { id, type, name, phase, ...databaseOf(operation) };
  });

async function* waitForApprovals(
  request: AttemptRequest,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, void> {
  const { plan } = request;
  if (!plan.approval.required) return;
  const needed = approvalsNeeded(plan);
  for (let told = -1; !signal.aborted; ) {
    const approvals = countingApprovals(plan, { approvals: await world.approvals.of(plan.digest), by: request.by });
    if (approvals.length >= needed) {
      for (const { by, comment, planDigest } of approvals) yield { type: 'approval.recorded', by, comment, planDigest };
      return;
    }
    if (told !== approvals.length)
      yield { type: 'run.waiting', waiting: { reason: 'approval', approvals: approvals.length, needed } };
    told = approvals.length;
    await toldOrLater(world, signal);
  }
}

/** Approvals come by message, or from another process by the store: look again after either. */
async function toldOrLater(world: World, signal: AbortSignal): Promise<void> {
  const { controller, unlink } = linkedAbort(signal);
  await Promise.race([
    world.operator.approved(controller.signal),
    world.clock.sleep(approvalPollMs, controller.signal),
  ]);
  controller.abort();
  unlink();
}
