import type { RunRecord } from './record.ts';
import type { RunStatus } from './run.ts';

/** Whether a process that executes the run was seen. */
export type Liveness = 'live' | 'dead';

/**
 * What a record means for an observer: an open record without a live runner is `interrupted`, never `running` for ever.
 * Spec: rulings, "Status truth"; contract of the command line, run status.
 */
export function runStatus(record: RunRecord, liveness: Liveness): RunStatus {
  if (record.end.type === 'finished') return record.end.outcome;
  if (liveness === 'dead') return 'interrupted';
  const waits = record.waiting ?? record.operations.find((operation) => operation.waiting)?.waiting;
  return waits && waits.reason !== 'retry' ? 'waiting' : 'running';
}

/** Runs that another attempt can go on with. */
export const isResumable = (status: RunStatus): boolean =>
  status === 'failed' ||
  status === 'cancelled' ||
  status === 'interrupted' ||
  status === 'unknown' ||
  status === 'rollback_partial';
