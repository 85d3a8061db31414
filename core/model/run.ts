import type { Digest, LockId, OperationId, RunId, TargetId } from './ids.ts';
import type { Lease } from './lock.ts';
import type { OperationPhase, OperationType } from './operation.ts';
import type { PlanPurpose } from './plan.ts';

export type RunOutcome = 'succeeded' | 'failed' | 'cancelled' | 'unknown' | 'rolled_back' | 'rollback_partial';
export type OperationOutcome = 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'unknown' | 'nothing-to-do';
export type RunStatus = 'running' | 'waiting' | 'interrupted' | RunOutcome;
export type OperationStatus = 'pending' | 'running' | 'waiting' | OperationOutcome;

/** Why something failed. `code` is stable; `message` says what, where and what to do next. Positions are 1-based, UTF-16. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly sqlstate?: string;
  /** The statement that failed, cut to 2,000 characters. */
  readonly statement?: string;
  /** The last lines of the operation's log, at most 50. */
  readonly log?: readonly string[];
}

export type OutputStream = 'stdout' | 'stderr' | 'notice' | 'info';

export interface OutputLine {
  readonly stream: OutputStream;
  readonly text: string;
  /** The line was too long for one: the stream's next line goes on with it. */
  readonly continues?: boolean;
}

/** What the journal says of an operation before it has run. */
export interface PlannedOperation {
  readonly id: OperationId;
  readonly type: OperationType;
  readonly name: string;
  readonly phase: OperationPhase;
  /** The database that it is for, where that is not the target's own. */
  readonly database?: string;
}

/** A script whose text differs from the plan's. */
export interface ScriptAmendment {
  readonly operation: OperationId;
  readonly script: string;
  readonly before: Digest;
  readonly after: Digest;
}

/** What a run waits for; only a person's answer ends it, or time in the case of `retry`. */
export type Waiting =
  | { readonly reason: 'approval'; readonly approvals: number; readonly needed: number }
  | { readonly reason: 'pause'; readonly message: string }
  | { readonly reason: 'retry'; readonly nextTry: number; readonly delaySec: number };

/** How an attempt goes about its operations; a resume goes on as the attempt before it. Spec: rulings, "Order", "Hooks". */
export interface Pace {
  /** At most so many operations at a time. */
  readonly parallel: number;
  /** True where a failed operation keeps only those from running that depend on it. */
  readonly continueOnFailure: boolean;
}

/** The deploy config as an attempt found it. `digest`: of the text that is kept of it, in which secrets are masked. */
export interface UsedConfig {
  /** Relative to the project. */
  readonly file: string;
  readonly digest: Digest;
}

/** A migration's row for the local history, carried by the event that ends it. */
export interface MigrationResult {
  readonly file: string;
  readonly checksum: Digest;
  readonly status: 'success' | 'failed' | 'rolled_back';
  readonly executionMs: number;
  /** The path that the row had before, where the file was renamed after it was applied. */
  readonly movedFrom?: string;
  /** The database that it belongs to, where that is not the target's own. */
  readonly database?: string;
}

/** What happened, in the words of the journal. Spec: design, "Words on the wire". */
export type RunEventBody =
  | {
      readonly type: 'run.created';
      readonly run: RunId;
      readonly planDigest: Digest;
      readonly planFile: string;
      readonly planName: string;
      readonly project: string;
      readonly target: TargetId;
      readonly by: string;
      readonly operations: readonly PlannedOperation[];
      /** Absent: `deploy`. */
      readonly purpose?: PlanPurpose;
      /** The fleet that the run belongs to, where one command runs a plan on several targets. */
      readonly fleet?: string;
    }
  | {
      readonly type: 'attempt.started';
      readonly by: string;
      readonly host: string;
      readonly pid: number;
      readonly planDigest: Digest;
      /** Absent: one after the other, and none after a failure. */
      readonly pace?: Pace;
      /** Absent where the project has no deploy config. */
      readonly config?: UsedConfig;
    }
  | {
      readonly type: 'plan.amended';
      readonly from: Digest;
      readonly to: Digest;
      readonly amendments: readonly ScriptAmendment[];
    }
  | { readonly type: 'run.waiting'; readonly waiting: Waiting }
  | { readonly type: 'approval.recorded'; readonly by: string; readonly comment: string; readonly planDigest: Digest }
  | { readonly type: 'lock.waiting'; readonly holder: Lease }
  | { readonly type: 'lock.taken-over'; readonly from: Lease; readonly reason: string }
  | { readonly type: 'lock.acquired'; readonly lock: LockId; readonly epoch: number }
  | { readonly type: 'lock.lost'; readonly lock: LockId; readonly reason: string }
  | { readonly type: 'lock.released'; readonly lock: LockId }
  | { readonly type: 'operation.intent'; readonly operation: OperationId; readonly try: number }
  | { readonly type: 'operation.started'; readonly operation: OperationId; readonly try: number }
  | { readonly type: 'operation.output'; readonly operation: OperationId; readonly lines: readonly OutputLine[] }
  | { readonly type: 'operation.waiting'; readonly operation: OperationId; readonly waiting: Waiting }
  | { readonly type: 'operation.continued'; readonly operation: OperationId; readonly by: string }
  | {
      readonly type: 'operation.finished';
      readonly operation: OperationId;
      readonly try: number;
      readonly outcome: OperationOutcome;
      readonly durationMs: number;
      /** One line for people: "3 statements", "already applied on 5 Feb". */
      readonly detail?: string;
      readonly failure?: Failure;
      readonly migration?: MigrationResult;
      /** False where the engine will try once more. */
      readonly final: boolean;
    }
  | { readonly type: 'cancel.requested'; readonly by: string }
  | { readonly type: 'run.finished'; readonly outcome: RunOutcome; readonly failure?: Failure };

/** One line of a run's journal. `seq` counts from 1 over all attempts without gaps; `at` is ISO 8601, UTC. */
export type RunEvent = RunEventBody & {
  readonly v: 1;
  readonly seq: number;
  readonly at: string;
  readonly attempt: number;
};
