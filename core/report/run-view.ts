import { inFlightOf } from '../history/fold-operation.ts';
import { firstUnfinished } from '../history/resume-from.ts';
import type { Digest, OperationId, RunId, TargetId } from '../model/ids.ts';
import type { OperationPhase, OperationType } from '../model/operation.ts';
import type { AttemptRecord, OperationRecord, RunRecord } from '../model/record.ts';
import type { Failure, OperationStatus, RunStatus, Waiting } from '../model/run.ts';
import { isResumable, type Liveness, runStatus } from '../model/run-status.ts';

/** One operation of a run, as `--json` shows it. */
export interface OperationView {
  readonly id: OperationId;
  readonly type: OperationType;
  readonly name: string;
  readonly phase: OperationPhase;
  /** The database that it is for, where that is not the target's own. */
  readonly database?: string;
  readonly status: OperationStatus;
  readonly attempts: number;
  readonly durationMs?: number;
  readonly detail?: string;
  readonly error?: Failure;
  readonly waiting?: Waiting;
  /** ISO 8601, UTC; when it was last started. */
  readonly startedAt?: string;
}

/** One run, as `--json` shows it: the record with the liveness that only an observer knows. */
export interface RunView {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly target: TargetId;
  readonly plan: { readonly file: string; readonly name: string; readonly digest: Digest };
  readonly by: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly waiting?: Waiting;
  readonly cancelRequested: boolean;
  /** The fleet that the run belongs to. */
  readonly fleet?: string;
  readonly error?: Failure;
  readonly attempts: readonly AttemptRecord[];
  readonly operations: readonly OperationView[];
  /** True where it changes only what is recorded of the target, and deploys nothing. */
  readonly onlyRecords?: true;
  /** The run that this one takes back; only of a rollback. */
  readonly rollsBack?: RunId;
  /** The runs that were to take this one back, and how they stand; absent where there is none. */
  readonly rolledBackBy?: readonly RollbackView[];
  /** True where a rollback has something to begin with, as far as the journal knows; the target decides. */
  readonly canRollBack?: true;
  /** The operation that a resume would go on with; only where the run can be resumed. */
  readonly resumeFrom?: OperationId;
}

export interface RollbackView {
  readonly run: RunId;
  readonly status: RunStatus;
}

/** The record as people and scripts see it. An open record without a live runner is `interrupted`, never `running` for ever. */
export function runView(record: RunRecord, liveness: Liveness, rollbacks: readonly RollbackView[] = []): RunView {
  const status = runStatus(record, liveness);
  const inFlight = status === 'interrupted' ? inFlightOf(record.operations) : undefined;
  const resumeFrom = isResumable(status) ? firstUnfinished(record)?.id : undefined;
  return {
    id: record.id,
    status,
    attempt: record.attempts.length,
    target: record.target,
    plan: { file: record.planFile, name: record.planName, digest: record.planDigest },
    by: record.by,
    createdAt: record.createdAt,
    ...(record.end.type === 'finished' && { finishedAt: record.end.at }),
    ...(record.waiting && { waiting: record.waiting }),
    cancelRequested: record.cancelRequested,
    ...(record.fleet !== undefined && { fleet: record.fleet }),
    ...(record.failure && { error: record.failure }),
    attempts: record.attempts,
    operations: record.operations.map((operation) => operationView(operation, statusOf(operation, status, inFlight))),
    ...(record.purpose.type === 'history' && { onlyRecords: true }),
    ...(record.purpose.type === 'roll_back' && { rollsBack: record.purpose.of }),
    ...(rollbacks.length > 0 && { rolledBackBy: rollbacks }),
    ...(canRollBack(record, status, rollbacks) && { canRollBack: true }),
    ...(resumeFrom && { resumeFrom }),
  };
}

/** Something was applied, or may have been, and no rollback has taken all of it back or is at it. */
function canRollBack(record: RunRecord, status: RunStatus, rollbacks: readonly RollbackView[]): boolean {
  if (record.purpose.type !== 'deploy' || status === 'running' || status === 'waiting') return false;
  const isAtIt = (one: RollbackView) => ['rolled_back', 'running', 'waiting'].includes(one.status);
  if (rollbacks.some(isAtIt)) return false;
  return record.operations.some(
    (one) => one.type === 'migration' && (one.status === 'succeeded' || one.status === 'unknown'),
  );
}

/** An operation as `--json` shows it, with the status that an observer gives it. */
export function operationView(operation: OperationRecord, status: OperationStatus): OperationView {
  return {
    id: operation.id,
    type: operation.type,
    name: operation.name,
    phase: operation.phase,
    ...(operation.database !== undefined && { database: operation.database }),
    status,
    attempts: operation.attempts,
    ...(operation.durationMs !== undefined && { durationMs: operation.durationMs }),
    ...(operation.detail !== undefined && { detail: operation.detail }),
    ...(operation.failure && { error: operation.failure }),
    ...(operation.waiting && { waiting: operation.waiting }),
    ...(operation.startedAt !== undefined && { startedAt: operation.startedAt }),
  };
}

/** Nobody is at an operation of a run that is over: a migration in flight is unknown, anything else was not done. Spec: rulings, "Timeout and unknown". */
function statusOf(operation: OperationRecord, run: RunStatus, inFlight: OperationRecord | undefined): OperationStatus {
  const isOver = run !== 'running' && run !== 'waiting';
  const isOpen = operation.status === 'running' || operation.status === 'waiting' || operation === inFlight;
  if (!isOver || !isOpen) return operation.status;
  return operation.type === 'migration' ? 'unknown' : 'pending';
}
