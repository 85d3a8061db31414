export type { TargetProbe } from '../../protocol/index.ts';

/** How long each way may take, and when it is given up. */
export interface ProbeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
