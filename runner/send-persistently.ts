import type { Clock, Delivery, Notifier } from '../core/index.ts';

/** How long a message is tried. */
export interface Pace {
  /** The pauses before the second try and those after it, in milliseconds; there is one try more than pauses. */
  readonly delaysMs: readonly number[];
  /** How long the end of a run waits for messages, in milliseconds. */
  readonly flushMs: number;
}

export const standardPace: Pace = { delaysMs: [1_000, 5_000, 25_000], flushMs: 15_000 };

/** How far the run is that the messages tell of. */
export interface Flush {
  /** Aborts when the run is over: who pauses tries again at once. */
  readonly ending: AbortSignal;
  /** Aborts when nobody waits any longer. */
  readonly over: AbortSignal;
  /** The moment of the clock at which nobody will wait any longer; undefined while the run goes on. */
  readonly until: () => number | undefined;
}

export interface Persistence {
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  readonly pace: Pace;
  readonly flush: Flush;
}

/** Tries until the message is sent, or another try would be useless or too late: then why it was not. `tried` is called after the first. */
export async function sendPersistently(
  deliveryAt: (now: Date) => Delivery,
  { notifier, clock, pace, flush }: Persistence,
  tried: () => void,
): Promise<string | undefined> {
  try {
    if (flush.over.aborted) return 'It was not tried: the run ended before its turn came.';
    for (let tries = 1; ; tries += 1) {
      const end = await notifier.send(deliveryAt(clock.now()), flush.over);
      tried();
      if (end.type === 'sent') return undefined;
      const delay = end.retryable ? pace.delaysMs[tries - 1] : undefined;
      if (delay === undefined || !(await paused(delay, clock, flush)))
        return tries === 1 ? end.message : `${end.message} It was tried ${tries} times.`;
    }
  } finally {
    tried();
  }
}

/** False where there is no time for another try. */
async function paused(ms: number, clock: Persistence['clock'], { ending, over, until }: Flush): Promise<boolean> {
  const last = until();
  if (last !== undefined && clock.monotonicMs() + ms > last) return false;
  await clock.sleep(ms, last === undefined ? ending : over);
  return !over.aborted;
}
