import type { Clock } from '../ports/clock.ts';

/** Rings once at a time that is set again and again, as a rule before it comes. */
export interface Alarm {
  /** Takes the place of what was set before; `due` on the clock's monotonic time, in milliseconds. */
  set(due: number, ring: () => void): void;
  clear(): void;
  /** Nothing rings any more. */
  stop(): void;
}

/** One sleep goes on for all that is set: an end to each of a thousand sleeps would cost more than what they wait for. */
export function createAlarm(clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Alarm {
  const over = new AbortController();
  let next: { readonly due: number; readonly ring: () => void } | undefined;
  let isAwake = false;

  async function watch(): Promise<void> {
    isAwake = true;
    while (next && !over.signal.aborted) {
      const left = next.due - clock.monotonicMs();
      if (left > 0) await clock.sleep(left, over.signal);
      else {
        const { ring } = next;
        next = undefined;
        ring();
      }
    }
    isAwake = false;
  }
  return {
    set(due, ring) {
      next = { due, ring };
      if (!isAwake) void watch(); // Neither the clock nor who is rung throws.
    },
    clear() {
      next = undefined;
    },
    stop: () => over.abort(),
  };
}
