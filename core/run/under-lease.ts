import { createChannel } from '../base/channel.ts';
import { linkedAbort } from '../base/linked-abort.ts';
import { type Acquired, acquireLease } from '../lock/acquire.ts';
import { type HeldLease, holdLease, LeaseLost } from '../lock/held-lease.ts';
import { isCommand, type Operation } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { Pace, RunEventBody } from '../model/run.ts';
import type { World } from '../ports/world.ts';
import type { AttemptEnd, AttemptRequest } from './attempt-request.ts';
import { cancelledBy } from './cancel-request.ts';
import { endingOf } from './ending-of.ts';
import { isDone, type OperationsEnd } from './operations-end.ts';
import { runOperations } from './run-operations.ts';
import { runSideBySide } from './run-side-by-side.ts';
import { createTargetSessions } from './target-sessions.ts';

/**
 * Waits for the lease and tells whom it waits for; the events are pulled while it waits. A reader that goes away leaves nobody behind
 * who waits, and no lease.
 */
export async function* acquire(
  request: AttemptRequest,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, Acquired> {
  const channel = createChannel<RunEventBody>();
  const { controller, unlink } = linkedAbort(signal);
  let isHandedOver = false;
  const acquiring = acquireLease(
    {
      id: request.lock,
      target: request.plan.target.id,
      run: request.run,
      planDigest: request.plan.digest,
      holder: request.holder,
      baseEpoch: request.plan.base.lockEpoch,
      onWait: (holder) => channel.push({ type: 'lock.waiting', holder }),
    },
    world,
    controller.signal,
  ).finally(() => channel.close());
  try {
    for await (const batch of channel) yield* batch;
    const acquired = await acquiring;
    isHandedOver = true;
    return acquired;
  } finally {
    unlink();
    controller.abort();
    // Where it failed, whoever asked has the error.
    const acquired = isHandedOver ? undefined : await acquiring.catch(() => undefined);
    if (acquired?.type === 'acquired') await letGo(request, acquired, world);
  }
}

/** Gives a lease back that nothing was done with. */
export const letGo = (
  request: Pick<AttemptRequest, 'plan'>,
  acquired: Extract<Acquired, { type: 'acquired' }>,
  world: Pick<World, 'leases' | 'clock'>,
): Promise<boolean> => holdLease(request.plan.target.id, acquired.lease.id, acquired.epoch, world).release();

/** Why a lease was not given, in words and as a stable code. */
export function refusalOf(acquired: Exclude<Acquired, { type: 'acquired' }>): { code: string; message: string } {
  switch (acquired.type) {
    case 'locked': {
      const { holder, run, id, acquiredAt } = acquired.holder;
      const message = `The target is held by ${holder.who} (process ${holder.process.pid}) with run ${run} since ${acquiredAt}; waited 10 minutes. Lock ${id}.`;
      return { code: 'LOCK_TIMEOUT', message };
    }
    case 'cancelled':
      return { code: 'CANCELLED', message: 'Cancelled before anything was run.' };
    case 'dead-plan':
      return {
        code: 'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK',
        message: 'The target was unlocked by force after this plan was made. Start a new run, which plans anew.',
      };
  }
}

/**
 * The part of an attempt that holds the lease: operations, then everything that was started gone, then `run.finished`, then unlock.
 * The lease is given back after the last line of the journal, so that a journal has one writer at a time. Spec: rulings, "Locks".
 */
export async function* runUnderLease(
  request: AttemptRequest,
  acquired: Extract<Acquired, { type: 'acquired' }>,
  record: RunRecord | undefined,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, AttemptEnd> {
  const lease = holdLease(request.plan.target.id, acquired.lease.id, acquired.epoch, world);
  const targets = createTargetSessions(
    request,
    { todo: leftOf(request, record), isFirst: record === undefined },
    world.databases,
  );
  const { controller, unlink } = linkedAbort(signal, lease.signal);
  let isOver = false;
  try {
    if (acquired.takenOver) yield { type: 'lock.taken-over', ...acquired.takenOver };
    yield { type: 'lock.acquired', lock: lease.id, epoch: lease.epoch };
    const context = {
      run: request.run,
      by: request.by,
      plan: request.plan,
      world: { ...world, ledger: readOnce(world.ledger) },
      lease,
      targets,
      autoContinue: request.autoContinue,
      settlements: request.settlements ?? [],
    };
    const end = yield* whileHeld(operationsOf(request, context, record, controller.signal), lease, signal);
    await targets.drop();
    if (!end || lease.signal.aborted || !(await lease.confirm())) return yield* lost(lease);
    const survivors = await lastSurvivors(request, world);
    if (survivors.length > 0) {
      const message = `Processes that this run started are still there: ${survivors.join(', ')}. The target stays locked; end them and resume.`;
      yield { type: 'run.finished', outcome: 'unknown', failure: { code: 'PROCESSES_LEFT', message } };
      return { type: 'finished' };
    }
    yield { type: 'lock.released', lock: lease.id };
    yield {
      type: 'run.finished',
      outcome: endingOf(request.plan, end.outcome),
      ...(end.failure && { failure: end.failure }),
    };
    isOver = true;
    return await givenBack(lease);
  } finally {
    unlink();
    await targets.drop();
    lease.abandon();
    if (!isOver) await releaseIfNothingRuns(request, lease, world);
  }
}

/** What earlier attempts have left to do. */
function leftOf({ plan }: AttemptRequest, record: RunRecord | undefined): readonly Operation[] {
  const before = new Map(record?.operations.map(({ id, status }) => [id, status]));
  return plan.operations.filter((one) => !isDone(one, before.get(one.id)));
}

/** Nobody else adds to it while the lease is held, and an attempt never asks for what it added itself. */
function readOnce(ledger: World['ledger']): World['ledger'] {
  let read: ReturnType<World['ledger']['applied']> | undefined;
  let broken: ReturnType<World['ledger']['brokenOff']> | undefined;
  return {
    applied(project, target) {
      read ??= ledger.applied(project, target);
      return read;
    },
    brokenOff(project, target) {
      broken ??= ledger.brokenOff(project, target);
      return broken;
    },
  };
}

const oneByOne: Pace = { parallel: 1, continueOnFailure: false };

/** One after the other, unless more was asked for. A migration that failed is never passed. Spec: rulings, "Order", "Hooks". */
function operationsOf(
  { plan, pace = oneByOne }: AttemptRequest,
  context: Parameters<typeof runOperations>[0],
  record: RunRecord | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationsEnd> {
  const groups = plan.continuesAfter ?? [];
  const { parallel, continueOnFailure } = pace;
  if (parallel <= 1 && !continueOnFailure && groups.length === 0) return runOperations(context, record, signal);
  const continuesAfter = (operation: Operation) =>
    !isMigration(operation) &&
    operation.phase === 'step' &&
    (continueOnFailure || (operation.group !== undefined && groups.includes(operation.group)));
  return runSideBySide(context, record, { parallel: Math.max(1, parallel), continuesAfter }, signal);
}

const isMigration = (operation: Operation): boolean =>
  operation.type === 'migration' || (isCommand(operation) && operation.applies !== undefined);

/**
 * The events of the operations for as long as the lease is held: what they came to afterwards is not told, since the journal may be
 * somebody else's. Undefined where it was lost. A cancel is told once, whoever noticed it first.
 */
async function* whileHeld(
  operations: AsyncGenerator<RunEventBody, OperationsEnd>,
  lease: HeldLease,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, OperationsEnd | undefined> {
  let isTold = false;
  try {
    for (;;) {
      const next = await operations.next();
      if (lease.signal.aborted) return undefined;
      const by = cancelledBy(signal);
      if (by !== undefined && !isTold) yield { type: 'cancel.requested', by };
      isTold = by !== undefined;
      if (next.done) return next.value;
      if (next.value.type !== 'cancel.requested') yield next.value;
    }
  } finally {
    await operations.return({ outcome: 'failed', failure: undefined });
  }
}

async function* lost(lease: HeldLease): AsyncGenerator<RunEventBody, AttemptEnd> {
  const message = lease.signal.reason instanceof LeaseLost ? lease.signal.reason.message : 'the lease is gone';
  yield { type: 'lock.lost', lock: lease.id, reason: message };
  return { type: 'lease-lost', message: `The lease on the target was lost: ${message}. Nothing more was written.` };
}

/** What the journal says of the run stands, also where the store cannot be written any more: the next run takes over from a dead holder. */
async function givenBack(lease: HeldLease): Promise<AttemptEnd> {
  try {
    await lease.release();
    return { type: 'finished' };
  } catch (error) {
    return { type: 'finished', kept: error instanceof Error ? error.message : String(error) };
  }
}

/** After an error of our own: give the target back only where nothing of ours can still act on it. */
async function releaseIfNothingRuns(request: AttemptRequest, lease: HeldLease, world: World): Promise<void> {
  if (lease.signal.aborted) return;
  if ((await world.processes.marked(request.run)).length === 0) await lease.release();
}

const survivorWaitMs = 5_000;

/** What carries the run's marker and does not end by itself within a few seconds. */
async function lastSurvivors(request: AttemptRequest, world: World): Promise<readonly number[]> {
  const deadline = world.clock.monotonicMs() + survivorWaitMs;
  const never = new AbortController().signal;
  for (;;) {
    const left = await world.processes.marked(request.run);
    if (left.length === 0 || world.clock.monotonicMs() >= deadline) return left;
    await world.clock.sleep(100, never);
  }
}
