import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { endByLooking } from './end-tree.ts';
import { markerEntry } from './marker.ts';
import { createProcReader } from './proc-reader.ts';
import { isZombie, parseProcStat } from './proc-stat.ts';
import { membersOf } from './process-rows.ts';
import type { ProcessTable } from './process-table.ts';

/** The kernel's number of the first process namespace, the same on every Linux. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
const GONE = ['ENOENT', 'ESRCH'];

/** Processes by way of `/proc`. */
export function linuxProcesses(proc: string): ProcessTable {
  const machine = () => readMachine(proc);
  const look = createProcReader(proc);
  return {
    self: async (): Promise<ProcessIdentity> => {
      const { startTime } = parseProcStat(await readFile(join(proc, 'self/stat'), 'utf8'));
      return { ...(await machine()), pid: process.pid, startTime };
    },
    liveness: async (asked) => {
      const { host, bootId } = await machine();
      if (asked.host !== host) return 'unknown';
      if (asked.bootId !== bootId) return 'gone';
      const stat = await readFile(join(proc, String(asked.pid), 'stat'), 'utf8').catch(onCode(GONE, undefined));
      // Mounted with `hidepid`, /proc hides the processes of other users, which a signal still finds.
      if (stat === undefined) return isThere(asked.pid) ? 'unknown' : 'gone';
      const found = parseProcStat(stat);
      return found.startTime === asked.startTime && !isZombie(found) ? 'alive' : 'gone';
    },
    marked: async (marker) => {
      const rows = await look(markerEntry(marker));
      return rows.filter(({ isMarked, pid }) => isMarked && pid !== process.pid).map(({ pid }) => pid);
    },
    end: ({ root, mark }, grace) => endByLooking(async () => membersOf(await look(mark), root), root, grace),
  };
}

/** Process numbers mean something in their own namespace only, so a container is a host of its own. */
async function readMachine(proc: string): Promise<Pick<ProcessIdentity, 'host' | 'bootId'>> {
  const bootId = (await readFile(join(proc, 'sys/kernel/random/boot_id'), 'utf8')).trim();
  const namespace = await readlink(join(proc, 'self/ns/pid'));
  return { host: namespace === FIRST_NAMESPACE ? hostname() : `${hostname()}/${namespace}`, bootId };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
