import type { Digest, TargetId } from './ids.ts';

/** One person's approval of exactly one plan digest. Spec: rulings, "Approval". */
export interface Approval {
  readonly planDigest: Digest;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly comment: string;
  /** The plan whose digest it is; absent in what older versions recorded. */
  readonly plan?: ApprovedPlan;
}

/** A plan over all its versions, so that approvals of an earlier one are found. */
export interface ApprovedPlan {
  readonly id: string;
  readonly target: TargetId;
}
