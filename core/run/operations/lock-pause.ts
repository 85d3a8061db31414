import type { MigrationOperation } from '../../model/operation.ts';
import type { Limits } from '../../ports/databases.ts';
import type { Hasher } from '../../ports/hasher.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { dialectIn } from '../target-session.ts';

const defaultLockTimeoutMs = 5_000;
const defaultLockRetries = 10;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** How long a statement may wait for a lock; undefined: as long as the server lets it. A SQLite file has one lock, which is waited for before. */
export function lockTimeoutMs(context: Pick<OperationContext, 'plan' | 'target'>): number | undefined {
  if (dialectIn(context) === 'sqlite') return undefined;
  const ms = context.plan.migrations?.lockTimeoutMs ?? defaultLockTimeoutMs;
  return ms === 0 ? undefined : ms;
}

/** What one request of a migration may take. */
export const migrationLimits = (context: OperationContext): Limits => ({
  timeoutMs: context.remainingMs(),
  lockTimeoutMs: lockTimeoutMs(context),
});

export const lockRetries = ({ plan }: Pick<OperationContext, 'plan'>): number =>
  plan.migrations?.lockRetries ?? defaultLockRetries;

/**
 * Milliseconds before try n (from 1) after a wait in vain: 1 s doubling to 30 s, of which a half to the whole, so that those who wait for
 * the same lock do not come back together. `seed` tells them apart; the same one gives the same pauses.
 */
export function lockPauseMs(seed: string, n: number, hasher: Hasher): number {
  const whole = Math.min(firstPauseMs * 2 ** (n - 1), longestPauseMs);
  const share = Number.parseInt(hasher.sha256(`${seed} ${n}`).slice(0, 8), 16) / 0x1_0000_0000;
  return Math.round(whole * (0.5 + share / 2));
}

/** Waits before try n; `spent`: there is no further one. The pause is cut to what is left of the attempt's time. */
export async function pauseForLock(
  n: number,
  operation: MigrationOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<'again' | 'spent'> {
  const most = lockRetries(context);
  if (n > most) return 'spent';
  const { clock, hasher } = context.world;
  const pause = lockPauseMs(`${context.run} ${operation.id}`, n, hasher);
  const waited = lockTimeoutMs(context);
  const how = waited === undefined ? 'The server let it wait in vain' : `Waited ${seconds(waited)} in vain`;
  context.log(info(`${how} for a lock that others hold; trying again in ${seconds(pause)} (${n} of ${most}).`));
  const left = context.remainingMs();
  await clock.sleep(Math.min(pause, left ?? pause), signal);
  return left !== undefined && left <= pause ? 'spent' : 'again';
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms % 1_000 === 0 ? 0 : 1)} s`;
