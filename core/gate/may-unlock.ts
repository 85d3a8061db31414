import type { TargetId } from '../model/ids.ts';

/** The texts that must be typed to force a lock open: the lock's id; on production the target's id and a phrase as well. Spec: rulings, "Locks". */
export function unlockConfirmations(lock: string, target: TargetId, production: boolean): readonly string[] {
  return production ? [target, `force-unlock ${target}`] : [lock];
}
