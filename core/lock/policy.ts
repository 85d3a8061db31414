import type { Lease } from '../model/lock.ts';

/** Heartbeat every 30 s; a look at one's own lease every second; wait up to 10 minutes; stale after 30 minutes without a change seen by this observer. Spec: rulings, "Locks". */
export const lockPolicy = {
  heartbeatMs: 30_000,
  lookMs: 1_000,
  waitMs: 600_000,
  /** Ten beats that did not come: worth waiting on until the lease is stale, since only who watches all the while can tell. */
  silentMs: 300_000,
  staleMs: 1_800_000,
  pollMs: 500,
} as const;

/** What an observer saw of a lease, on its own clock. */
export interface Sighting {
  readonly id: Lease['id'];
  readonly beat: number;
  /** Monotonic milliseconds of this observer when the beat was first seen. */
  readonly sinceMs: number;
}

/** Keeps the first moment at which the present beat was seen. */
export function seen(lease: Lease, before: Sighting | undefined, nowMs: number): Sighting {
  if (before && before.id === lease.id && before.beat === lease.beat) return before;
  return { id: lease.id, beat: lease.beat, sinceMs: nowMs };
}

/** Judged by this host's own clock from observed changes, never by the holder's. */
export const isStale = (sighting: Sighting, nowMs: number): boolean => nowMs - sighting.sinceMs >= lockPolicy.staleMs;

/** A holder that has not been seen to live for a while: it either shows itself again or becomes stale. */
export const isSilent = (sighting: Sighting, nowMs: number): boolean => nowMs - sighting.sinceMs >= lockPolicy.silentMs;
