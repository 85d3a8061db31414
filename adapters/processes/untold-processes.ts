import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { endByLooking } from './end-tree.ts';
import type { ProcessTable } from './process-table.ts';

/**
 * Processes of a system that tells neither when a process started nor what its children carry. This one lives; of every other one
 * nothing is known, so that a lease is judged by its heartbeat alone.
 */
export function untoldProcesses(platform: NodeJS.Platform = process.platform): ProcessTable {
  return {
    self: async () => ({ host: hostname(), bootId: '', pid: process.pid, startTime: '' }),
    liveness: async (asked) => (asked.host === hostname() && asked.pid === process.pid ? 'alive' : 'unknown'),
    marked: async () => [],
    end: ({ root }, grace) => {
      // Without its first process nothing is known of a tree, which is not the same as that it is gone.
      if (root === undefined) return Promise.resolve({ found: 0, survivors: undefined });
      return platform === 'win32' ? endOnWindows(root) : endByLooking(async () => groupOf(root), root, grace);
    },
  };
}

/**
 * Windows knows no groups and no request to end that a program without a window would hear: the tree is killed at once. Links to parents that
 * have ended may be stale, so that what a dead process had started is missed, and not seen here. Written from the tool's description;
 * the tests of this project run on Linux.
 */
async function endOnWindows(root: number): ReturnType<ProcessTable['end']> {
  if (!isThere(root)) return { found: 0, survivors: [] };
  const code = await new Promise<number>((resolve) => {
    execFile('taskkill', ['/PID', String(root), '/T', '/F'], { windowsHide: true }, (error) =>
      resolve(error ? Number(error.code ?? 1) : 0),
    );
  });
  // 128: there is no such process any more.
  return { found: 1, survivors: code === 0 || code === 128 ? [] : [root] };
}

/** A process group is signalled as one, and is there for as long as one of it is; who left the group is not seen. */
const groupOf = (root: number): readonly number[] => (isThere(-root) ? [-root] : []);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
