/** Time. The engine has no other. */
export interface Clock {
  /** Wall time, for people and records. */
  now(): Date;
  /** Milliseconds that only go forward; for durations and deadlines. */
  monotonicMs(): number;
  /** Resolves after the time or when the signal aborts, whichever is first; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
