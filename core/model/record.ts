import type { Digest, OperationId, RunId, TargetId } from './ids.ts';
import type { OperationPhase, OperationType } from './operation.ts';
import type { PlanPurpose } from './plan.ts';
import type { Failure, OperationStatus, Pace, RunOutcome, UsedConfig, Waiting } from './run.ts';

/** An open record has no `run.finished` for its last attempt: it is running, waiting or was interrupted. */
export type RecordEnd =
  | { readonly type: 'open' }
  | { readonly type: 'finished'; readonly outcome: RunOutcome; readonly at: string };

export interface AttemptRecord {
  readonly attempt: number;
  readonly startedAt: string;
  readonly by: string;
  readonly end: RecordEnd;
  readonly planDigest: Digest;
  /** Absent: one operation after the other, and none after a failure. */
  readonly pace?: Pace;
  readonly config?: UsedConfig;
}

export interface OperationRecord {
  readonly id: OperationId;
  readonly type: OperationType;
  readonly name: string;
  readonly phase: OperationPhase;
  /** The database that it is for, where that is not the target's own. */
  readonly database?: string;
  readonly status: OperationStatus;
  /** How often it was started, over all attempts of the run. */
  readonly attempts: number;
  readonly startedAt: string | undefined;
  readonly durationMs: number | undefined;
  readonly detail: string | undefined;
  readonly failure: Failure | undefined;
  readonly waiting: Waiting | undefined;
  /** True from its intent until it is started: a runner that died may or may not have begun it. */
  readonly announced: boolean;
}

/** What the journal of a run says, folded. Liveness is not in it: an open record may be running or interrupted. */
export interface RunRecord {
  readonly id: RunId;
  readonly planDigest: Digest;
  readonly planFile: string;
  readonly planName: string;
  readonly project: string;
  readonly target: TargetId;
  readonly by: string;
  readonly createdAt: string;
  readonly purpose: PlanPurpose;
  /** The fleet that the run belongs to. */
  readonly fleet: string | undefined;
  readonly end: RecordEnd;
  readonly waiting: Waiting | undefined;
  readonly failure: Failure | undefined;
  readonly cancelRequested: boolean;
  readonly attempts: readonly AttemptRecord[];
  readonly operations: readonly OperationRecord[];
  /** The number of the last event that was folded in. */
  readonly lastSeq: number;
}
