import type { LockId, RunId } from '../model/ids.ts';
import type { LockHolder } from '../model/lock.ts';
import type { Plan } from '../model/plan.ts';
import type { ResolvedConnection } from '../ports/databases.ts';

/** What an attempt is made of; ids, people and processes come in as values. */
export interface AttemptRequest {
  readonly run: RunId;
  readonly lock: LockId;
  readonly plan: Plan;
  readonly connection: ResolvedConnection;
  readonly by: string;
  readonly holder: LockHolder;
  readonly autoContinue: boolean;
}

/** How an attempt ended for whoever started it; everything else is in the journal. */
export type AttemptEnd =
  | { readonly type: 'finished' }
  | { readonly type: 'lease-lost'; readonly message: string }
  /** Nothing was journalled: the run is not what it was when the resume was asked for, or the target is held. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string };
