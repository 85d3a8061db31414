import {
  createRedactor,
  forceUnlock,
  holderLiveness,
  type Lease,
  type TargetId,
  unlockConfirmations,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface LockView {
  readonly target: TargetId;
  readonly epoch: number;
  readonly lock: Lease | undefined;
  /** What is known of the holder; `dead` means that the next run takes the target over. */
  readonly holder: 'alive' | 'dead' | 'unknown' | undefined;
}

type LockWorld = Pick<World, 'leases' | 'processes'>;

export async function lockStatus(target: TargetId, world: LockWorld): Promise<LockView> {
  const { state } = await world.leases.read(target);
  const holder = state.lease && (await holderLiveness(state.lease, world.processes));
  return { target, epoch: state.epoch, lock: state.lease, holder };
}

/** Ends a lease that somebody else holds; needs the texts that `unlockConfirmations` names. Spec: rulings, "Locks". */
export async function forceUnlockTarget(
  request: {
    readonly target: TargetId;
    readonly production: boolean;
    readonly lock: string;
    readonly confirmations: readonly string[];
    /** Who forces it: `user@host`. */
    readonly by: string;
  },
  world: LockWorld & Pick<World, 'audit'>,
): Promise<Result<LockView>> {
  const { target, lock } = request;
  const missing = unlockConfirmations(lock, target, request.production).filter(
    (text) => !request.confirmations.includes(text),
  );
  if (missing.length > 0) {
    const flags = missing.map((text) => `--confirm "${text}"`).join(' ');
    return refuse(
      'UNLOCK_CONFIRMATION_REQUIRED',
      `Forcing the lock open needs to be confirmed. Add ${flags}.`,
      exitCodes.confirmationMissing,
    );
  }
  const { lease } = (await world.leases.read(target)).state;
  if (!lease) return notLocked(target);
  if (lease.id !== lock) return otherLock(target, lease);
  return refusedUnrecorded(() => forceOpen(lease, request, world));
}

/** Recorded before it is done, and again where it came to nothing because the holder let go in the same moment. */
async function forceOpen(
  lease: Lease,
  { target, by }: { readonly target: TargetId; readonly by: string },
  world: LockWorld & Pick<World, 'audit'>,
): Promise<Result<LockView>> {
  const entry = { by, target, details: { lock: lease.id, holder: lease.holder.who, held_for: lease.run } };
  await recordFirst(world.audit, [{ ...entry, action: 'lock.forced' }], createRedactor([]));
  const unlocked = await forceUnlock(target, lease.id, world.leases);
  if (unlocked.type === 'unlocked') return ok(await lockStatus(target, world));
  await recordFirst(world.audit, [{ ...entry, action: 'lock.not-forced' }], createRedactor([]));
  return unlocked.type === 'not-locked' ? notLocked(target) : otherLock(target, unlocked.lease);
}

const notLocked = (target: TargetId): Result<never> =>
  refuse('NOT_LOCKED', `The target "${target}" is not locked.`, exitCodes.invalidInput);

const otherLock = (target: TargetId, lease: Lease): Result<never> =>
  refuse(
    'OTHER_LOCK',
    `The target "${target}" is held by another lock, ${lease.id}. Look at it with: srdeploy lock status ${target}`,
    exitCodes.invalidInput,
  );
