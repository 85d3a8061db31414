import type { Connection } from './connection.ts';
import type { Digest } from './ids.ts';
import type { Operation } from './operation.ts';
import type { Target } from './target.ts';

/** Whether a run of the plan needs approvals, and whose. Spec: rulings, "Approval". */
export interface ApprovalRule {
  readonly required: boolean;
  readonly minApprovals: number;
  readonly selfApproval: boolean;
}

/** The plan document that a plan was compiled from. */
export interface PlanSource {
  readonly kind: 'plan_document';
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly planId: string;
  readonly name: string;
  readonly createdBy: string;
}

/** What the digest leaves out but apply checks. Spec: rulings, "Digest and base". */
export interface PlanBase {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The target's lock epoch when the plan was made; a force-unlock raises it and kills the plan. */
  readonly lockEpoch: number;
}

/** The immutable, ordered list of operations with their edges, compiled for one target. Spec: vocabulary, "plan". */
export interface Plan {
  readonly v: 1;
  readonly digest: Digest;
  readonly base: PlanBase;
  readonly source: PlanSource;
  /** The config's `project`, else the empty string: the scope of the target's own history. */
  readonly project: string;
  readonly target: Target;
  /** References to secrets, never their values. */
  readonly connection: Connection;
  /** Selected groups; empty for a plan document. */
  readonly scope: readonly string[];
  readonly approval: ApprovalRule;
  readonly operations: readonly Operation[];
}
