import type { DatabaseSession } from '../ports/databases.ts';
import { info, type OperationContext } from './operation-context.ts';
import { cancelled, failed, type OperationResult, readOnlyResult } from './operation-result.ts';

/**
 * Takes the lock in the target itself, waiting for whoever holds it: another clone, or a server that still executes what a killed
 * runner had sent. Undefined means that it is held. Spec: rulings, "Migration history, twice".
 */
export async function takeTargetLock(
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult | undefined> {
  if (context.target.lockHeld) return undefined;
  let told: string | undefined;
  for (let delay = 50; !signal.aborted; delay = Math.min(delay * 2, 1_000)) {
    const tried = await session.tryLock(context.plan.project, signal);
    if (tried.type !== 'done') return readOnlyResult(tried, 'Taking the lock in the target');
    if (tried.value === undefined) {
      // SQLite's own lock lasts for a transaction only, and each migration takes it again as it begins.
      context.target.lockHeld = true;
      return undefined;
    }
    if (told !== tried.value) context.log(info(`Waiting for the lock in the target: ${tried.value}`));
    told = tried.value;
    const left = context.remainingMs();
    if (left !== undefined && left <= 1) {
      return failed({
        code: 'TARGET_LOCKED',
        message: `The time limit ended while waiting for the lock in the target: ${told}.`,
      });
    }
    await context.world.clock.sleep(Math.min(delay, left ?? delay), signal);
  }
  return cancelled('Cancelled while waiting for the lock in the target.');
}
