import type { Limits, SqlOutcome } from '../../core/index.ts';
import type { Refused } from '../sql-refusal.ts';
import type { ExchangeEnd, StepResult } from './exchange.ts';
import { sqlError } from './sql-error.ts';
import type { Step } from './step.ts';

/** The server's own timer should fire first; ours follows when it does not. Milliseconds. */
const GRACE = 500;
export const QUERY_CANCELED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';
/** The longest time that a timer takes; milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** How a request may end before its answer. A COMMIT by itself has neither. */
export interface Bounds extends Limits {
  readonly signal: AbortSignal | undefined;
}

export const NO_BOUNDS: Bounds = { timeoutMs: undefined, signal: undefined };

/** Why a request was given up. */
export type Stopped = 'timeout' | 'cancelled';

/** `step`: the one that was refused; undefined where nothing was sent. */
export type ExchangeOutcome =
  | Exclude<SqlOutcome<readonly StepResult[]>, { type: 'refused' }>
  | (Refused & { readonly step: number | undefined });

/** Tells once when the bounds are met; gives what takes that back. */
export function stopAfter({ timeoutMs, signal }: Bounds, stop: (why: Stopped) => void): () => void {
  const onAbort = () => stop('cancelled');
  const timeout =
    timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), Math.min(timeoutMs + GRACE, LONGEST));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timeout);
    signal?.removeEventListener('abort', onAbort);
  };
}

/** The step that the server has refused, and why; `stopped`: the request was given up before. */
export function refusal(
  { error, step }: Extract<ExchangeEnd, { type: 'error' }>,
  steps: readonly Step[],
  stopped: Stopped | undefined,
  { timeoutMs }: Bounds,
  elapsedMs: number,
): Refused & { readonly step: number } {
  const text = steps[step]?.isScript ? steps[step]?.text : undefined;
  return { type: 'refused', cause: cause(), error: sqlError(error, text), step };

  function cause(): Refused['cause'] {
    if (error.code === LOCK_NOT_AVAILABLE) return 'lock-timeout';
    if (error.code !== QUERY_CANCELED) return 'error';
    if (stopped) return stopped;
    // The server's own timer, which started a little later than ours.
    return timeoutMs !== undefined && elapsedMs >= timeoutMs * 0.8 ? 'timeout' : 'error';
  }
}

/** A time limit as the server's timers take it. */
export const serverMs = (timeoutMs: number): number => Math.min(Math.max(1, Math.ceil(timeoutMs)), LONGEST);
