import { linkedAbort } from '../base/linked-abort.ts';
import type { LockId, OperationId, TargetId } from '../model/ids.ts';
import type { LockState } from '../model/lock.ts';
import type { World } from '../ports/world.ts';
import { lockPolicy } from './policy.ts';

/** Why a holder must stop: the lease is no longer its own. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A lease in use. `signal` aborts with `LeaseLost` the moment it is known to be lost. */
export interface HeldLease {
  readonly id: LockId;
  readonly epoch: number;
  readonly signal: AbortSignal;
  /** Checks the store; false means: write nothing more. A store that cannot be read counts as lost. */
  confirm(): Promise<boolean>;
  /** Names the operation that the holder is at, for whoever waits. */
  at(operation: OperationId | undefined): Promise<void>;
  /** Lets go if it is still ours; only after everything that was started is gone. */
  release(): Promise<boolean>;
  /** Stops the heartbeat and keeps the lease in the store. */
  abandon(): void;
}

type LeaseWorld = Pick<World, 'leases' | 'clock'>;

/** Keeps an acquired lease alive with a heartbeat until it is released, abandoned or lost. */
export function holdLease(target: TargetId, id: LockId, epoch: number, world: LeaseWorld): HeldLease {
  const lost = new AbortController();
  const stop = new AbortController();
  let writtenAt = Number.NEGATIVE_INFINITY;
  let current: { readonly operation: OperationId | undefined; isTold: boolean } = {
    operation: undefined,
    isTold: true,
  };
  const isOurs = (state: LockState) => state.lease?.id === id && state.epoch === epoch;

  const change = async (next: (state: LockState) => LockState): Promise<boolean> => {
    for (;;) {
      const { version, state } = await world.leases.read(target);
      if (!isOurs(state)) {
        if (!stop.signal.aborted && !lost.signal.aborted) lost.abort(new LeaseLost(whoHasIt(state)));
        return false;
      }
      if ((await world.leases.write(target, version, next(state))) === 'written') return true;
    }
  };
  const touch = () => {
    writtenAt = world.clock.monotonicMs();
    current.isTold = true;
    const { operation } = current;
    return change((state) => ({
      ...state,
      lease: state.lease && {
        ...state.lease,
        beat: state.lease.beat + 1,
        heartbeatAt: world.clock.now().toISOString(),
        operation,
      },
    }));
  };
  const confirm = async (): Promise<boolean> => {
    if (lost.signal.aborted) return false;
    try {
      const { state } = await world.leases.read(target);
      if (isOurs(state)) return true;
      if (!stop.signal.aborted) lost.abort(new LeaseLost(whoHasIt(state)));
    } catch (error) {
      lost.abort(new LeaseLost(`the lease cannot be read: ${inWords(error)}`));
    }
    return false;
  };

  writtenAt = world.clock.monotonicMs();
  void beat(); // A failed heartbeat aborts `lost`, which whoever holds the lease listens to.

  return {
    id,
    epoch,
    signal: lost.signal,
    confirm,
    at: async (operation) => {
      current = { operation, isTold: false };
      if (world.clock.monotonicMs() - writtenAt >= lockPolicy.lookMs) await renew(touch);
    },
    release: async () => {
      stop.abort();
      return change((state) => ({ ...state, lease: undefined }));
    },
    abandon: () => stop.abort(),
  };

  /** Looks every second whether the lease is still ours; writes the heartbeat, and an operation that is not told yet. */
  async function beat(): Promise<void> {
    const { controller } = linkedAbort(stop.signal, lost.signal);
    while (!controller.signal.aborted) {
      await world.clock.sleep(lockPolicy.lookMs, controller.signal);
      if (controller.signal.aborted) return;
      const isDue = world.clock.monotonicMs() - writtenAt >= lockPolicy.heartbeatMs || !current.isTold;
      if (isDue) await renew(touch);
      else await confirm();
    }
  }

  /** A store that cannot be written cannot keep others out: that is as bad as a lease that is gone. */
  async function renew(write: () => Promise<boolean>): Promise<void> {
    try {
      await write();
    } catch (error) {
      lost.abort(new LeaseLost(`the lease cannot be renewed: ${inWords(error)}`));
    }
  }
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const whoHasIt = (state: LockState): string =>
  state.lease
    ? `${state.lease.holder.who} holds the target now, with run ${state.lease.run}`
    : 'the lease was forced open';
