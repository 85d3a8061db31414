import { readdir, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Processes, ProcessIdentity } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { markerEntry } from './marker.ts';
import { parseProcStat } from './proc-stat.ts';

/** The kernel's number of the first process namespace, the same on every Linux. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
const GONE = ['ENOENT', 'ESRCH'];

/** Processes by way of `/proc`. */
export function linuxProcesses(proc: string): Processes {
  const machine = () => readMachine(proc);
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
      const { state, startTime } = parseProcStat(stat);
      return startTime === asked.startTime && state !== 'Z' && state !== 'X' ? 'alive' : 'gone';
    },
    marked: async (marker) => {
      const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
      const found = await Promise.all(pids.map((pid) => carries(proc, pid, marker)));
      return pids.filter((pid, index) => found[index] && pid !== process.pid);
    },
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

/** A zombie's environment is empty. Processes of other users cannot be read, and none of them is ours. */
async function carries(proc: string, pid: number, marker: string): Promise<boolean> {
  const environment = await readFile(join(proc, String(pid), 'environ'), 'latin1').catch(
    onCode([...GONE, 'EACCES', 'EPERM'], ''),
  );
  return `\0${environment}\0`.includes(`\0${Buffer.from(markerEntry(marker), 'utf8').toString('latin1')}\0`);
}
