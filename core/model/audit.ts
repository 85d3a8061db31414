import type { Digest, OperationId, RunId, TargetId } from './ids.ts';

/** What the audit log speaks of. Stable words; a reader shows one that it does not know. */
export type AuditAction =
  | 'run.started'
  | 'run.resumed'
  | 'run.finished'
  | 'run.cancelled'
  | 'plan.approved'
  | 'plan.amended'
  | 'target.confirmed'
  | 'danger.confirmed'
  | 'history.confirmed'
  | 'amendment.confirmed'
  | 'rollback.confirmed'
  | 'irreversible.confirmed'
  | 'step.skipped'
  | 'step.settled'
  | 'step.continued'
  | 'lock.forced'
  | 'lock.not-forced'
  | 'lock.taken-over'
  | 'lock.lost'
  | 'history.marked-applied'
  | 'history.change-accepted'
  | 'history.pruned'
  | 'env.set'
  | 'env.deleted'
  | 'target.added'
  | 'target.updated'
  | 'target.removed'
  | 'target.not-changed'
  | 'audit.torn'
  | 'audit.renewed';

/** What an entry may say beyond its fixed members: plain values, and lists of them. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What somebody did, before it has a place in the log. Secrets are masked already. */
export interface AuditEntryBody {
  readonly action: AuditAction;
  /** `user@host`. */
  readonly by: string;
  readonly target?: TargetId;
  readonly run?: RunId;
  readonly plan_digest?: Digest;
  readonly operation?: OperationId;
  readonly reason?: string;
  readonly details?: AuditDetails;
}

/** One line of `audit.jsonl`. `seq` counts from 1 without gaps; `at` is ISO 8601, UTC. Spec: rulings, "Retention". */
export type AuditEntry = AuditEntryBody & {
  readonly v: 1;
  readonly seq: number;
  readonly at: string;
  /** The `hash` of the entry before; 64 zeros in the first. */
  readonly previous: Digest;
  /** SHA-256 over the canonical JSON of everything else in the entry. */
  readonly hash: Digest;
};

/** The newest entry, as the log's keeper remembers it beside the log. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Digest;
}
