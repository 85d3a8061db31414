import type { Digest, LockId, OperationId, RunId } from './ids.ts';

/** A process, told apart from every later one with the same number. `startTime` is the kernel's, in clock ticks since boot. */
export interface ProcessIdentity {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  readonly startTime: string;
}

/** Who holds a lease. */
export interface LockHolder {
  /** `user@host`. */
  readonly who: string;
  readonly process: ProcessIdentity;
}

/** A lease on (project, target). Spec: rulings, "Locks". */
export interface Lease {
  readonly id: LockId;
  readonly holder: LockHolder;
  readonly run: RunId;
  readonly operation: OperationId | undefined;
  readonly planDigest: Digest;
  /** ISO 8601, UTC, by the holder's clock: for people to read, never to judge by. */
  readonly acquiredAt: string;
  /** Counts heartbeats, so that an observer sees a change without trusting any clock but its own. */
  readonly beat: number;
  /** ISO 8601, UTC, by the holder's clock: for people to read, never to judge by. */
  readonly heartbeatAt: string;
}

/** What the lease store keeps for a target; the epoch outlives every lease and only takeover and force-unlock raise it. */
export interface LockState {
  readonly v: 1;
  readonly epoch: number;
  /** The epoch that the last force-unlock set; a plan whose base is older is dead. A takeover raises `epoch` alone. */
  readonly forcedEpoch: number;
  readonly lease: Lease | undefined;
}

export const freeLock: LockState = { v: 1, epoch: 0, forcedEpoch: 0, lease: undefined };
