import type { Digest, LockId, RunId, TargetId } from '../model/ids.ts';
import type { Lease, LockHolder, LockState } from '../model/lock.ts';
import type { World } from '../ports/world.ts';
import { holderLiveness } from './holder-liveness.ts';
import { isSilent, isStale, lockPolicy, type Sighting, seen } from './policy.ts';

export interface LeaseRequest {
  readonly id: LockId;
  readonly target: TargetId;
  readonly run: RunId;
  readonly planDigest: Digest;
  readonly holder: LockHolder;
  /** The epoch that the plan's base names; a force-unlock since then means that the plan is dead. */
  readonly baseEpoch: number;
  /** Told whenever the holder that is waited for changes. */
  readonly onWait: (holder: Lease) => void;
}

export type Acquired =
  | {
      readonly type: 'acquired';
      readonly lease: Lease;
      readonly epoch: number;
      readonly takenOver: { from: Lease; reason: string } | undefined;
    }
  | { readonly type: 'locked'; readonly holder: Lease }
  | { readonly type: 'cancelled' }
  | { readonly type: 'dead-plan'; readonly forcedEpoch: number };

type LockWorld = Pick<World, 'leases' | 'clock' | 'processes'>;

/**
 * Takes the lease on a target, waiting up to ten minutes for a holder that lives. One that is proven dead is taken over at once. One
 * that gives no sign of life is waited for until it does, or until it is stale after thirty minutes: no shorter wait could ever see
 * that. Spec: rulings, "Locks".
 */
export async function acquireLease(request: LeaseRequest, world: LockWorld, signal: AbortSignal): Promise<Acquired> {
  const deadline = world.clock.monotonicMs() + lockPolicy.waitMs;
  let sighting: Sighting | undefined;
  let told: Lease['id'] | undefined;
  while (!signal.aborted) {
    const { version, state } = await world.leases.read(request.target);
    if (state.forcedEpoch > request.baseEpoch) return { type: 'dead-plan', forcedEpoch: state.forcedEpoch };
    const { lease: current } = state;
    if (current) sighting = seen(current, sighting, world.clock.monotonicMs());
    const reason = current && sighting ? await whyTakeOver(current, sighting, world) : undefined;
    if (!current || reason) {
      const lease = newLease(request, world.clock.now());
      const epoch = reason ? state.epoch + 1 : state.epoch;
      const next: LockState = { ...state, epoch, lease };
      if ((await world.leases.write(request.target, version, next)) === 'conflict') continue;
      return { type: 'acquired', lease, epoch, takenOver: current && reason ? { from: current, reason } : undefined };
    }
    const now = world.clock.monotonicMs();
    if (now >= deadline && !(sighting && isSilent(sighting, now))) return { type: 'locked', holder: current };
    if (told !== current.id) request.onWait(current);
    told = current.id;
    await world.clock.sleep(lockPolicy.pollMs, signal);
  }
  return { type: 'cancelled' };
}

async function whyTakeOver(lease: Lease, sighting: Sighting, world: LockWorld): Promise<string | undefined> {
  if ((await holderLiveness(lease, world.processes)) === 'dead') return 'its process and all that it started are gone';
  if (isStale(sighting, world.clock.monotonicMs())) return 'it gave no sign of life for 30 minutes';
  return undefined;
}

const newLease = (request: LeaseRequest, now: Date): Lease => ({
  id: request.id,
  holder: request.holder,
  run: request.run,
  operation: undefined,
  planDigest: request.planDigest,
  acquiredAt: now.toISOString(),
  beat: 0,
  heartbeatAt: now.toISOString(),
});
