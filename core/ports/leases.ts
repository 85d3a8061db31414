import type { LockState } from '../model/lock.ts';

/** What the store holds and the version to name in the next write. Version 0: nothing was ever written. */
export interface VersionedLock {
  readonly version: number;
  readonly state: LockState;
}

/** Conditional writes of one small record a key. `write` succeeds for exactly one of any number of writers that name the same version. */
export interface LeaseStore {
  read(key: string): Promise<VersionedLock>;
  write(key: string, expectedVersion: number, state: LockState): Promise<'written' | 'conflict'>;
}
