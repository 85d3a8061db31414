import type { Clock } from '../../core/index.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Virtual time. By default a sleep advances the time itself, so that nothing waits. */
export interface FakeClock extends Clock {
  /** Moves time on and wakes who slept until then, in order; in between, what was woken may run and sleep again. */
  advance(ms: number): Promise<void>;
  /** Every sleep that was asked for, in milliseconds. */
  readonly sleeps: readonly number[];
  /** How many sleep now; only with `manual`. */
  readonly sleeping: number;
}

/** `manual`: sleeps last until a test advances the time. */
export function fakeClock(start = '2026-02-05T12:00:00.000Z', mode: 'auto' | 'manual' = 'auto'): FakeClock {
  const origin = Date.parse(start);
  const sleeps: number[] = [];
  let sleepers: readonly Sleeper[] = [];
  let elapsed = 0;

  async function advance(ms: number): Promise<void> {
    const until = elapsed + ms;
    for (;;) {
      const next = [...sleepers].sort((a, b) => a.until - b.until)[0];
      if (!next || next.until > until) break;
      elapsed = Math.max(elapsed, next.until);
      next.wake();
      await settle();
    }
    elapsed = until;
    await settle();
  }

  function sleepUntil(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        sleepers = sleepers.filter((one) => one !== sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until, wake };
      sleepers = [...sleepers, sleeper];
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  return {
    now: () => new Date(origin + elapsed),
    monotonicMs: () => elapsed,
    sleep: async (ms, signal) => {
      if (signal.aborted) return;
      sleeps.push(ms);
      if (mode === 'manual') return sleepUntil(elapsed + Math.max(0, ms), signal);
      await settle();
      if (!signal.aborted) elapsed += Math.max(0, ms);
    },
    advance,
    sleeps,
    get sleeping() {
      return sleepers.length;
    },
  };
}

/** Lets everything that is ready run, timers left out. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
