import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { endByLooking } from './end-tree.ts';
import { markerEntry } from './marker.ts';
import { membersOf, type ProcessRow } from './process-rows.ts';
import type { ProcessTable } from './process-table.ts';

type Ran = { readonly type: 'ran'; readonly code: number; readonly output: string } | { readonly type: 'not-run' };

/** Processes by way of `ps` on macOS. What it does not tell plainly is unknown, never gone. */
export function psProcesses(): ProcessTable {
  return {
    self: async () => {
      const own = await run('ps', ['-o', 'lstart=', '-p', String(process.pid)]);
      const startTime = own.type === 'ran' ? own.output.trim() : '';
      return { host: hostname(), bootId: await bootId(), pid: process.pid, startTime };
    },
    liveness: async (asked) => {
      const boot = await bootId();
      if (asked.host !== hostname() || asked.startTime === '' || asked.bootId === '' || boot === '') return 'unknown';
      if (asked.bootId !== boot) return 'gone';
      const listed = await run('ps', ['-o', 'stat=,lstart=', '-p', String(asked.pid)]);
      if (listed.type === 'not-run') return 'unknown';
      const [state = '', ...start] = listed.output.trim().split(/\s+/);
      // `ps` ends with 1 and says nothing where there is no such process.
      if (state === '') return listed.code === 1 ? 'gone' : 'unknown';
      return start.join(' ') === asked.startTime.split(/\s+/).join(' ') && !state.startsWith('Z') ? 'alive' : 'gone';
    },
    marked: async (marker) => {
      const rows = await livingRows(markerEntry(marker));
      return rows.filter(({ isMarked, pid }) => isMarked && pid !== process.pid).map(({ pid }) => pid);
    },
    end: ({ root, mark }, grace) => endByLooking(async () => membersOf(await livingRows(mark), root), root, grace),
  };
}

/**
 * Every process that lives, and whether it carries the mark. `-E` shows the environment of this user's processes behind their command, and
 * not that of programs which the system protects: such a one is found by its group or its parent only.
 */
async function livingRows(mark: string): Promise<readonly ProcessRow[]> {
  const listed = await run('ps', ['-axEww', '-o', 'pid=,ppid=,pgid=,stat=,command=']);
  if (listed.type === 'not-run' || listed.code !== 0)
    throw new Error('ps could not list the processes of this machine.');
  return listed.output.split('\n').flatMap((line) => {
    const [, pid, parent, group, state = '', rest] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), isMarked: ` ${rest} `.includes(` ${mark} `) },
    ];
  });
}

async function bootId(): Promise<string> {
  const ran = await run('sysctl', ['-n', 'kern.bootsessionuuid']);
  return ran.type === 'ran' && ran.code === 0 ? ran.output.trim() : '';
}

function run(command: string, args: readonly string[]): Promise<Ran> {
  const options = { env: { PATH: '/bin:/usr/bin:/sbin:/usr/sbin', LC_ALL: 'C', TZ: 'UTC' }, maxBuffer: 1 << 26 };
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, output) => {
      if (!error) return resolve({ type: 'ran', code: 0, output });
      resolve(typeof error.code === 'number' ? { type: 'ran', code: error.code, output } : { type: 'not-run' });
    });
  });
}
