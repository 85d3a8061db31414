import type { Limits } from '../../core/index.ts';
import { serverMs } from './bounds.ts';
import type { Step } from './step.ts';

/** The server's timers of a session, as they were last set. */
export interface ServerLimits {
  /** What must be sent so that the server knows the limits; nothing where it knows them closely enough, ours are exact. */
  steps(limits: Limits, scope: 'LOCAL' | 'SESSION'): readonly Step[];
  /** The settings are the session's own again. */
  forget(): void;
  /** True where the server ends a statement that takes too long. */
  hasTimeout(): boolean;
}

export function createServerLimits(): ServerLimits {
  let timeout: number | undefined;
  let lock: number | undefined;
  return {
    steps({ timeoutMs, lockTimeoutMs }, scope) {
      const steps: Step[] = [];
      if (!isClose(timeout, timeoutMs)) steps.push(setting(scope, 'statement_timeout', timeoutMs));
      else timeoutMs = timeout;
      // One value for all migrations as a rule, where the time that is left always differs.
      if (lock !== lockTimeoutMs) steps.push({ ...setting(scope, 'lock_timeout', lockTimeoutMs), isKept: true });
      timeout = timeoutMs;
      lock = lockTimeoutMs;
      return steps;
    },
    forget() {
      timeout = undefined;
      lock = undefined;
    },
    hasTimeout: () => timeout !== undefined,
  };
}

const isClose = (set: number | undefined, wanted: number | undefined): boolean =>
  set === wanted || (wanted !== undefined && set !== undefined && wanted <= set && wanted > set * 0.9);

const setting = (scope: 'LOCAL' | 'SESSION', name: string, ms: number | undefined): Step => ({
  text: `SET ${scope} ${name} = ${ms === undefined ? 'DEFAULT' : serverMs(ms)}`,
});
