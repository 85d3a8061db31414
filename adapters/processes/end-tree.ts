import { setTimeout as delay } from 'node:timers/promises';
import { onCode } from '../durable/error-code.ts';

/** Processes that belong together: what one command has started, or everything that carries a mark. */
export interface ProcessTree {
  /** The process that began it, the first of its group; undefined where only the mark is known. */
  readonly root: number | undefined;
  /** `NAME=value`, as it stands in the environment of each. */
  readonly mark: string;
}

/** How long the end of a tree may take before its processes are killed. */
export interface Grace {
  readonly graceMs: number;
  /** True once somebody wants it to be over. */
  readonly isHurried: () => boolean;
}

/** How many were there, and which of them cannot be ended; undefined where this system cannot tell. */
export interface EndedTree {
  readonly found: number;
  readonly survivors: readonly number[] | undefined;
}

/** After SIGKILL a process goes when it comes out of the kernel, which is soon or, with a dead disk, never. */
const killMs = 5_000;
const [shortestLookMs, longestLookMs] = [10, 100];

/**
 * TERM once to everyone who is found, also to those who appear later; after the grace KILL, until nobody is found any more. What escaped
 * from the group is found by its mark.
 */
export async function endByLooking(
  look: () => Promise<readonly number[]>,
  root: number | undefined,
  { graceMs, isHurried }: Grace,
): Promise<EndedTree> {
  const found = new Set<number>();
  const begun = performance.now();
  let killedAt: number | undefined;
  for (let lookMs = shortestLookMs; ; lookMs = Math.min(lookMs * 1.5, longestLookMs)) {
    const living = await look();
    const isNew = living.filter((pid) => !found.has(pid));
    for (const pid of living) found.add(pid);
    if (living.length === 0) return { found: found.size, survivors: [] };
    const now = performance.now();
    if (killedAt === undefined && (now - begun >= graceMs || isHurried())) {
      killedAt = now;
      lookMs = shortestLookMs;
    }
    if (killedAt === undefined) for (const pid of isNew) send(pid, 'SIGTERM');
    else {
      if (now - killedAt > killMs) return { found: found.size, survivors: living };
      if (root !== undefined) send(-root, 'SIGKILL');
      for (const pid of living) send(pid, 'SIGKILL');
    }
    await delay(lookMs);
  }
}

/** One that is gone needs no signal; one that is not ours to signal is found again, and so told of. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    onCode(['ESRCH', 'EPERM'], undefined)(error);
  }
}
