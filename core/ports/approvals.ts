import type { Approval } from '../model/approval.ts';
import type { Digest } from '../model/ids.ts';

/** Approvals on disk, by plan digest. */
export interface Approvals {
  of(planDigest: Digest): Promise<readonly Approval[]>;
  record(approval: Approval): Promise<void>;
}
