import type { LockId, OperationId, RunId } from '../model/ids.ts';
import type { LockHolder } from '../model/lock.ts';
import type { Plan } from '../model/plan.ts';
import type { Pace, UsedConfig } from '../model/run.ts';
import type { ResolvedConnection } from '../ports/databases.ts';

/** What an attempt is made of; ids, people and processes come in as values. */
export interface AttemptRequest {
  readonly run: RunId;
  readonly lock: LockId;
  readonly plan: Plan;
  /** Undefined where the target is reached by commands only. */
  readonly connection: ResolvedConnection | undefined;
  /** Beside the target's, by the names that the plan has for them; absent: none. */
  readonly connections?: ReadonlyMap<string, ResolvedConnection>;
  readonly by: string;
  readonly holder: LockHolder;
  readonly autoContinue: boolean;
  /** Absent: one operation after the other, and none after a failure. */
  readonly pace?: Pace;
  /** Absent where the project has no deploy config. */
  readonly config?: UsedConfig;
  /** The fleet that the run belongs to. */
  readonly fleet?: string;
  /** What people said of statements that were in flight when an attempt broke off. */
  readonly settlements?: readonly Settlement[];
}

/**
 * A person's word on a statement that was in flight when an attempt broke off, which the target cannot tell: `done` goes on behind it,
 * `not_done` sends it once more. Spec: rulings, "Migration history, twice".
 */
export interface Settlement {
  readonly operation: OperationId;
  readonly statement: 'done' | 'not_done';
  readonly reason: string;
}

/** How an attempt ended for whoever started it; everything else is in the journal. */
export type AttemptEnd =
  /** `kept`: why the lease could not be given back behind the last line of the journal. */
  | { readonly type: 'finished'; readonly kept?: string }
  | { readonly type: 'lease-lost'; readonly message: string }
  /** Nothing was journalled: the run is not what it was when the resume was asked for, or the target is held. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string };
