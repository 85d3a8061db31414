/** What one way to a target said. */
export interface TargetProbe {
  readonly way: 'database' | 'web' | 'command';
  /** Where it was tried, without secrets. */
  readonly at: string;
  /** `unreachable`: it gave no answer, or did not let us in. `failed`: it answered, and not as it must. */
  readonly outcome: 'reached' | 'unreachable' | 'failed' | 'cancelled';
  /** How long an answer took, in milliseconds; undefined where there was none. */
  readonly latencyMs: number | undefined;
  readonly detail: string;
}

/** How long each way may take, and when it is given up. */
export interface ProbeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
