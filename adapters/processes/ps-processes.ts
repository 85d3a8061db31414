import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import type { Processes } from '../../core/index.ts';
import { markerEntry } from './marker.ts';

type Ran = { readonly type: 'ran'; readonly code: number; readonly output: string } | { readonly type: 'not-run' };

/** Processes by way of `ps` on macOS. What it does not tell plainly is unknown, never gone. */
export function psProcesses(): Processes {
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
      const listed = await run('ps', ['-axEww', '-o', 'pid=,command=']);
      if (listed.type === 'not-run' || listed.code !== 0)
        throw new Error('ps could not list the processes of this machine.');
      return listed.output
        .split('\n')
        .filter((line) => `${line} `.includes(` ${markerEntry(marker)} `))
        .map((line) => Number.parseInt(line, 10))
        .filter((pid) => Number.isSafeInteger(pid) && pid !== process.pid);
    },
  };
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
