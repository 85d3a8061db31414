import type { Approval, ApprovedPlan } from '../model/approval.ts';
import type { Digest } from '../model/ids.ts';

/** Approvals on disk, by plan digest. */
export interface Approvals {
  of(planDigest: Digest): Promise<readonly Approval[]>;
  /** Of every version of a plan, in the order in which they came. */
  ofPlan(plan: ApprovedPlan): Promise<readonly Approval[]>;
  record(approval: Approval): Promise<void>;
}
