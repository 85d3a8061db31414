import type { DatabaseSession } from '../ports/databases.ts';
import { info, type OperationContext } from './operation-context.ts';
import { cancelled, failed, type OperationResult, readOnlyResult } from './operation-result.ts';

/**
 * Takes the lock in the target itself, waiting for whoever holds it: another clone, or a server that still executes what a killed
 * runner had sent; `ifHeld` says whether to. Undefined means that it is held. Spec: rulings, "Migration history, twice".
 */
export async function takeTargetLock(
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
  ifHeld: 'wait' | 'fail' = 'wait',
): Promise<OperationResult | undefined> {
  const { name = 'the target' } = context.target;
  if (context.target.lockHeld) return undefined;
  let told: string | undefined;
  for (let delay = 50; !signal.aborted; delay = Math.min(delay * 2, 1_000)) {
    const tried = await session.tryLock(context.plan.project, signal);
    if (tried.type !== 'done') return readOnlyResult(tried, `Taking the lock in ${name}`);
    if (tried.value === undefined) {
      // SQLite's own lock lasts for a transaction only, and each migration takes it again as it begins.
      context.target.lockHeld = true;
      return undefined;
    }
    if (context.targets.isFirst && tried.value.includes(context.run)) return heldByOurselves(name);
    if (ifHeld === 'fail') return notWaitedFor(name, tried.value);
    if (told !== tried.value) context.log(info(`Waiting for the lock in ${name}: ${tried.value}`));
    told = tried.value;
    const left = context.remainingMs();
    if (left !== undefined && left <= 1) {
      return failed({
        code: 'TARGET_LOCKED',
        message: `The time limit ended while waiting for the lock in ${name}: ${told}.`,
      });
    }
    await context.world.clock.sleep(Math.min(delay, left ?? delay), signal);
  }
  return cancelled(`Cancelled while waiting for the lock in ${name}.`);
}

/** Two runs that hold a lock each and wait for the other's would never end. */
const notWaitedFor = (name: string, holder: string): OperationResult =>
  failed({
    code: 'TARGET_LOCKED',
    message: `The lock in ${name} was lost with its connection, and others have it now: ${holder}. It is not waited for while this run holds locks in other databases. Resume when they are done.`,
  });

/** Words of two connections that differ and lead to one place all the same: nobody else would ever let go. */
const heldByOurselves = (name: string): OperationResult =>
  failed(
    {
      code: 'SAME_DATABASE',
      message: `The lock in ${name} is held by this very run: another of its connections leads to the same database under another name. Give both the same connection.`,
    },
    false,
  );
