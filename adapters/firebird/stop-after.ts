import type { Limits } from '../../core/index.ts';

/** How long the server may take to confirm a cancel before the connection counts as lost; milliseconds. */
export const CANCEL_WAIT = 10_000;

/** How a request may end before its answer. */
export interface Bounds extends Limits {
  readonly signal: AbortSignal | undefined;
}

export type Why = 'timeout' | 'cancelled';

export interface Stop {
  /** Why it was stopped; undefined while it was not. */
  cause(): Why | undefined;
  /** Cancels now. */
  cancel(): void;
  dispose(): void;
}

/** What can be done about a request that is under way. */
export interface StopHands {
  /** Asks the server to give up what it is doing. */
  raise(): void;
  /** Sends a request that does nothing. */
  nudge(): void;
  giveUp(message: string): void;
}

/** From one attempt to cancel to the next; milliseconds. */
const CANCEL_PAUSE = 200;

/**
 * Cancels on the server when the time is over or the signal aborts, and gives the connection up where no answer comes. A cancel that meets
 * a request before it has begun can leave it lying at the server until another one comes, and then it runs as if nothing had been said. So
 * cancels and requests that do nothing follow in turn until there is an answer.
 */
export function stopAfter({ timeoutMs, signal }: Bounds, hands: StopHands): Stop {
  let cause: Why | undefined;
  let repeated: NodeJS.Timeout | undefined;
  let confirm: NodeJS.Timeout | undefined;
  const stop = (why: Why) => {
    if (cause) return;
    cause = why;
    hands.raise();
    let turns = 0;
    repeated = setInterval(() => {
      turns += 1;
      if (turns % 2 === 1) hands.nudge();
      else hands.raise();
    }, CANCEL_PAUSE);
    confirm = setTimeout(() => hands.giveUp('the server did not confirm the cancel'), CANCEL_WAIT);
  };
  const onAbort = () => stop('cancelled');
  signal?.addEventListener('abort', onAbort, { once: true });
  const timeout =
    timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), Math.min(timeoutMs, 2 ** 31 - 1));
  return {
    cause: () => cause,
    cancel: onAbort,
    dispose() {
      clearTimeout(timeout);
      clearTimeout(confirm);
      clearInterval(repeated);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
