import type { Digest } from './ids.ts';

/** One person's approval of exactly one plan digest. Spec: rulings, "Approval". */
export interface Approval {
  readonly planDigest: Digest;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly comment: string;
}
