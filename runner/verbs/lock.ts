import {
  forceUnlock,
  holderLiveness,
  type Lease,
  lockId,
  type TargetId,
  unlockConfirmations,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
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
  },
  world: LockWorld,
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
  const unlocked = await forceUnlock(target, lockId(lock), world.leases);
  switch (unlocked.type) {
    case 'unlocked':
      return ok(await lockStatus(target, world));
    case 'not-locked':
      return refuse('NOT_LOCKED', `The target "${target}" is not locked.`, exitCodes.invalidInput);
    case 'other-lock':
      return refuse(
        'OTHER_LOCK',
        `The target "${target}" is held by another lock, ${unlocked.lease.id}. Look at it with: srdeploy lock status ${target}`,
        exitCodes.invalidInput,
      );
  }
}
