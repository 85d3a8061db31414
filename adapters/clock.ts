import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/index.ts';

/** Timers count in 32 bits; a longer time fires at once. Milliseconds. */
const LONGEST = 2 ** 31 - 1;

export const createClock = (): Clock => ({
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) {
      await sleepOnce(Math.min(left, LONGEST), signal);
    }
  },
});

function sleepOnce(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.ceil(ms));
    signal.addEventListener('abort', wake, { once: true });
  });
}
