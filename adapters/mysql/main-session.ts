import type { Limits, SqlOutcome } from '../../core/index.ts';
import { refused, value } from '../sql-refusal.ts';
import { openWire, type Way } from './opened-wire.ts';
import { giveLock, type LockNames, takeLock } from './server-lock.ts';
import { BEGIN_SESSION, limitsStatement, type Vendor } from './session-settings.ts';
import { type Answer, type Bounds, nothing, type Wire } from './wire.ts';

/** How long handing the lock over may take; seconds. */
const HAND_OVER = 10;

/** The first connection of a session: it holds the lock and runs what scripts say. */
export interface MainSession {
  send(sql: string, bounds?: Bounds): Promise<SqlOutcome<Answer>>;
  wire(): Wire;
  lost(): string | undefined;
  /** Sets the server's timers for what follows, unless they are set closely enough already; ours are exact. */
  limit(limits: Limits, signal: AbortSignal, rows?: number): Promise<SqlOutcome<void>>;
  /** What a script has left in the session must not reach what comes after it. */
  markUsed(): void;
  /**
   * A session as new where a script has left something: another connection takes over the locks, so that nobody else gets them in
   * between. A resumed run, which begins with a new session, then sees the same.
   */
  freshen(signal: AbortSignal): Promise<SqlOutcome<void>>;
  locks: Map<string, LockNames>;
  close(): Promise<void>;
}

export interface MainParts {
  readonly first: Wire;
  readonly way: Way;
  readonly vendor: Vendor;
  readonly kill: (id: number) => Promise<void>;
}

export function createMainSession({ first, way, vendor, kill }: MainParts): MainSession {
  let wire = first;
  let isUsed = false;
  let limited: { readonly limits: Limits; readonly rows: number | undefined } | undefined;
  const locks = new Map<string, LockNames>();

  async function swap(signal: AbortSignal): Promise<SqlOutcome<void>> {
    const opened = await openWire(way, [BEGIN_SESSION], kill, signal);
    if (opened.type !== 'open')
      return refused('error', `No new session could be opened after a script that changed its own: ${opened.message}`);
    const fresh = opened.wire;
    const gates = await inTurn([...locks.values()], ({ gate }) => take(fresh, gate, signal));
    if (gates.type !== 'done') {
      await fresh.end();
      return gates;
    }
    await wire.end();
    wire = fresh;
    isUsed = false;
    limited = undefined;
    const taken = await inTurn([...locks.values()], ({ lock }) => take(fresh, lock, undefined));
    if (taken.type !== 'done') locks.clear();
    const given = await inTurn([...locks.values()], async ({ gate }) => nothing(await fresh.send(giveLock(gate))));
    return taken.type === 'done' ? given : taken;
  }

  return {
    locks,
    wire: () => wire,
    send: (sql, bounds) => wire.send(sql, bounds),
    lost: () => wire.lost(),
    markUsed() {
      isUsed = true;
    },
    async limit(limits, signal, rows) {
      if (limited && limited.rows === rows && isClose(limits, limited.limits)) return value(undefined);
      limited = undefined;
      const set = await wire.send(limitsStatement(vendor, limits, rows), { signal });
      if (set.type === 'done') limited = { limits, rows };
      return nothing(set);
    },
    freshen: async (signal) => (isUsed && wire.lost() === undefined ? swap(signal) : value(undefined)),
    close: () => wire.end(),
  };
}

/** A time limit a little shorter than the one that is set needs no message to the server. */
function isClose(now: Limits, set: Limits): boolean {
  if (now.lockTimeoutMs !== set.lockTimeoutMs) return false;
  if (now.timeoutMs === undefined || set.timeoutMs === undefined) return now.timeoutMs === set.timeoutMs;
  return now.timeoutMs <= set.timeoutMs && now.timeoutMs > set.timeoutMs * 0.9;
}

async function take(wire: Wire, name: string, signal: AbortSignal | undefined): Promise<SqlOutcome<void>> {
  const asked = await wire.send(takeLock(name, HAND_OVER), { signal });
  if (asked.type !== 'done') return asked;
  return Number(asked.value.rows[0]?.[0]) === 1
    ? value(undefined)
    : refused('error', 'The lock in the target could not be handed over to a new session of this run.');
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<SqlOutcome<void>>): Promise<SqlOutcome<void>> {
  for (const item of items) {
    const outcome = await work(item);
    if (outcome.type !== 'done') return outcome;
  }
  return value(undefined);
}
