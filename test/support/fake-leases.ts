import { freeLock, type LeaseStore, type LockState, type VersionedLock } from '../../core/index.ts';

export interface FakeLeases extends LeaseStore {
  /** What is held, for a test to look at. */
  peek(key: string): VersionedLock;
  /** Writes as somebody else would, between a read and a write of the one under test. */
  meddle(key: string, state: LockState): void;
  /** Makes the next calls fail as an unreachable store does; undefined mends it. */
  breakWith(error: Error | undefined): void;
  /** Every write that was tried, in order. */
  readonly writes: readonly { readonly key: string; readonly expected: number; readonly state: LockState }[];
}

/** A lease store in memory; two engines that share it compete as two processes do. */
export function fakeLeases(): FakeLeases {
  const held = new Map<string, VersionedLock>();
  const writes: { key: string; expected: number; state: LockState }[] = [];
  let broken: Error | undefined;
  const peek = (key: string): VersionedLock => held.get(key) ?? { version: 0, state: freeLock };
  const answer = async (): Promise<void> => {
    await Promise.resolve();
    if (broken) throw broken;
  };

  return {
    read: async (key) => {
      await answer();
      return peek(key);
    },
    write: async (key, expected, state) => {
      await answer();
      writes.push({ key, expected, state });
      if (peek(key).version !== expected) return 'conflict';
      held.set(key, { version: expected + 1, state: structuredClone(state) });
      return 'written';
    },
    peek,
    meddle: (key, state) => {
      held.set(key, { version: peek(key).version + 1, state: structuredClone(state) });
    },
    breakWith: (error) => {
      broken = error;
    },
    writes,
  };
}
