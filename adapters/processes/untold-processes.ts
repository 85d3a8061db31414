import { hostname } from 'node:os';
import type { Processes } from '../../core/index.ts';

/**
 * Processes of a system that tells neither when a process started nor what its children carry. This one lives; of every other one
 * nothing is known, so that a lease is judged by its heartbeat alone.
 */
export function untoldProcesses(): Processes {
  return {
    self: async () => ({ host: hostname(), bootId: '', pid: process.pid, startTime: '' }),
    liveness: async (asked) => (asked.host === hostname() && asked.pid === process.pid ? 'alive' : 'unknown'),
    marked: async () => [],
  };
}
