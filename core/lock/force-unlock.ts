import type { LockId, TargetId } from '../model/ids.ts';
import type { Lease } from '../model/lock.ts';
import type { LeaseStore } from '../ports/leases.ts';

export type ForceUnlocked =
  | { readonly type: 'unlocked'; readonly lease: Lease; readonly epoch: number }
  | { readonly type: 'not-locked' }
  | { readonly type: 'other-lock'; readonly lease: Lease };

/** Ends the lease of exactly that id and raises the epoch: the holder stops, and every earlier plan is dead. Spec: rulings, "Locks". */
export async function forceUnlock(target: TargetId, id: LockId, leases: LeaseStore): Promise<ForceUnlocked> {
  for (;;) {
    const { version, state } = await leases.read(target);
    if (!state.lease) return { type: 'not-locked' };
    if (state.lease.id !== id) return { type: 'other-lock', lease: state.lease };
    const epoch = state.epoch + 1;
    const written = await leases.write(target, version, { ...state, epoch, forcedEpoch: epoch, lease: undefined });
    if (written === 'written') return { type: 'unlocked', lease: state.lease, epoch };
  }
}
