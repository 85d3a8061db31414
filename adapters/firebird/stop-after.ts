import type { Limits } from '../../core/index.ts';

/** How long the server may take to confirm a cancel before the connection counts as lost; milliseconds. */
export const CANCEL_WAIT = 10_000;

/** How a request may end before its answer. */
export interface Bounds extends Limits {
  readonly signal: AbortSignal | undefined;
}

export type Why = 'timeout' | 'cancelled';

export interface Stop {
  cause(): Why | undefined;
  dispose(): void;
}

/** Cancels on the server when the time is over or the signal aborts, and gives the connection up where no answer comes. */
export function stopAfter({ timeoutMs, signal }: Bounds, cancel: () => void, giveUp: (message: string) => void): Stop {
  let cause: Why | undefined;
  let confirm: NodeJS.Timeout | undefined;
  const stop = (why: Why) => {
    if (cause) return;
    cause = why;
    cancel();
    confirm = setTimeout(() => giveUp('the server did not confirm the cancel'), CANCEL_WAIT);
  };
  const onAbort = () => stop('cancelled');
  signal?.addEventListener('abort', onAbort, { once: true });
  const timeout =
    timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), Math.min(timeoutMs, 2 ** 31 - 1));
  return {
    cause: () => cause,
    dispose() {
      clearTimeout(timeout);
      clearTimeout(confirm);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
