import type { RunRecord } from '../core/index.ts';
import { type ExitCode, exitCodes } from '../protocol/index.ts';

/** The exit code that a finished run has on the command line. Spec: rulings, "Exit codes of the CLI". */
export function runExitCode(record: RunRecord): ExitCode {
  if (record.end.type === 'open') return exitCodes.unknown;
  if (record.operations.some(({ status }) => status === 'unknown')) return exitCodes.unknown;
  switch (record.end.outcome) {
    case 'succeeded':
    case 'rolled_back':
      return exitCodes.done;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'unknown':
      return exitCodes.unknown;
    case 'failed':
    case 'rollback_partial':
      return failedExitCode(record.failure?.code);
  }
}

function failedExitCode(code: string | undefined): ExitCode {
  if (code === 'LOCK_TIMEOUT') return exitCodes.locked;
  if (code === 'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK' || code === 'PROD_PLAN_STALE') return exitCodes.stalePlan;
  return exitCodes.stepFailed;
}
