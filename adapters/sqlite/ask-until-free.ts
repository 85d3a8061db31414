import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../../core/index.ts';
import { refused } from '../sql-refusal.ts';
import type { CallName, ChildCalls } from './child-protocol.ts';
import type { Asked, Worker } from './sqlite-worker.ts';

/** Between two requests for a lock that another process holds; milliseconds. */
const POLL = 25;
export const BUSY = 'Another process is writing to the database.';

export type Free<K extends CallName> = Exclude<Asked<K>, { type: 'busy' }>;

/**
 * Asks again and again while another process is in the way, until the time for that is up or the signal aborts. `isKillable`: the call may
 * be ended by killing its process; never so for what commits.
 */
export async function askUntilFree<K extends CallName>(
  worker: Worker,
  call: K,
  input: ChildCalls[K]['in'],
  {
    limits,
    signal,
    isKillable,
  }: { readonly limits: Limits; readonly signal?: AbortSignal; readonly isKillable: boolean },
): Promise<Free<K>> {
  if (signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
  const start = performance.now();
  const { timeoutMs, lockTimeoutMs } = limits;
  const left = () => (timeoutMs === undefined ? undefined : Math.max(1, timeoutMs - (performance.now() - start)));
  for (;;) {
    const outcome = isKillable
      ? await worker.ask(call, input, { timeoutMs: left() }, signal)
      : await worker.ask(call, input, { timeoutMs: undefined });
    if (outcome.type !== 'busy') return outcome;
    const waited = performance.now() - start;
    if (signal?.aborted) return refused('cancelled', BUSY);
    if (lockTimeoutMs !== undefined && waited >= lockTimeoutMs)
      return refused('lock-timeout', `${BUSY} It did not finish within ${lockTimeoutMs} ms.`);
    if (timeoutMs !== undefined && waited >= timeoutMs)
      return refused('timeout', `${BUSY} It did not finish within ${timeoutMs} ms.`);
    await delay(POLL, undefined, { signal }).catch(() => undefined); // an abort shows in the next turn
  }
}
