import { closeSync, openSync, readSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { endByLooking } from './end-tree.ts';
import { markerEntry } from './marker.ts';
import { isZombie, parseProcStat } from './proc-stat.ts';
import { membersOf, type ProcessRow } from './process-rows.ts';
import type { ProcessTable } from './process-table.ts';

/** The kernel's number of the first process namespace, the same on every Linux. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
const GONE = ['ENOENT', 'ESRCH'];
const HIDDEN = [...GONE, 'EACCES', 'EPERM'];

/** Processes by way of `/proc`. */
export function linuxProcesses(proc: string): ProcessTable {
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
      const found = parseProcStat(stat);
      return found.startTime === asked.startTime && !isZombie(found) ? 'alive' : 'gone';
    },
    marked: async (marker) => {
      const carries = markFinder(proc, markerEntry(marker));
      return (await allPids(proc)).filter((pid) => pid !== process.pid && carries(pid));
    },
    end: ({ root, mark }, grace) =>
      endByLooking(async () => membersOf(await livingRows(proc, mark), root), root, grace),
  };
}

const allPids = async (proc: string): Promise<readonly number[]> =>
  (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);

/** Every process that lives, and whether it carries the mark. */
async function livingRows(proc: string, mark: string): Promise<readonly ProcessRow[]> {
  const carries = markFinder(proc, mark);
  const rows = (await allPids(proc)).map(async (pid): Promise<ProcessRow | undefined> => {
    const text = await readFile(join(proc, String(pid), 'stat'), 'utf8').catch(onCode(GONE, undefined));
    const stat = text === undefined ? undefined : parseProcStat(text);
    if (!stat || isZombie(stat)) return undefined;
    return { pid, parent: stat.parent, group: stat.group, isMarked: carries(pid) };
  });
  return (await Promise.all(rows)).filter((row) => row !== undefined);
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

/**
 * Whether a process carries the mark. A zombie's environment is empty. Processes of other users cannot be read, and none of them is ours. One
 * buffer serves all: files of `/proc` tell no size, and a buffer for each would cost more than the look.
 */
function markFinder(proc: string, mark: string): (pid: number) => boolean {
  const entry = Buffer.from(`\0${mark}\0`, 'utf8');
  let bytes = Buffer.alloc(64 * 1024);
  return (pid) => {
    const file = openEnvironment(proc, pid);
    if (file === undefined) return false;
    try {
      let filled = 1; // The first byte stays 0, so that the first entry too stands between two.
      for (;;) {
        if (filled + 1 >= bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
        const read = readSync(file, bytes, filled, bytes.length - filled - 1, null);
        if (read === 0) break;
        filled += read;
      }
      bytes[filled] = 0;
      return bytes.subarray(0, filled + 1).includes(entry);
    } catch (error) {
      return onCode(HIDDEN, false)(error);
    } finally {
      closeSync(file);
    }
  };
}

function openEnvironment(proc: string, pid: number): number | undefined {
  try {
    return openSync(join(proc, String(pid), 'environ'), 'r');
  } catch (error) {
    return onCode(HIDDEN, undefined)(error);
  }
}
