import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcesses, MARKER_VARIABLE } from '../../../adapters/index.ts';
import { parseProcStat } from '../../../adapters/processes/proc-stat.ts';

const processes = createProcesses('linux');
const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return child;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 200 && !(await holds()); n += 1) await delay(20);
  expect(await holds()).toBe(true);
}

const startTimeOf = async (pid: number) => parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8')).startTime;

describe('the line of /proc/<pid>/stat', () => {
  const fields = 'S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21';

  it.each(['node', 'my app', 'a) S 1 (b', '))) R', ''])('is read right for a process named %j', (name) => {
    expect(parseProcStat(`42 (${name}) ${fields}\n`)).toEqual({
      state: 'S',
      parent: 1,
      group: 2,
      startTime: '4711',
    });
  });

  it('is not guessed at', () => {
    expect(() => parseProcStat('42 (node) S 1')).toThrow('Not a line');
  });
});

describe('processes on Linux', () => {
  it('are told apart by their start', async () => {
    const self = await processes.self();
    expect(self).toMatchObject({ pid: process.pid, startTime: await startTimeOf(process.pid) });
    expect(self.bootId).toMatch(/^[0-9a-f-]{36}$/);
    const child = start('sleep', ['60']);
    const pid = Number(child.pid);
    const identity = { ...self, pid, startTime: await startTimeOf(pid) };
    expect(await processes.liveness(identity)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await processes.liveness(identity)).toBe('gone');
  });

  it('are gone when nobody but their parent remembers them', async () => {
    // The shell turns into a sleep that never asks what became of the child that it had.
    const parent = start('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60']);
    const [data] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(String(data).trim());
    const startTime = await startTimeOf(pid);
    await until(async () => parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8')).state === 'Z');
    expect(await processes.liveness({ ...(await processes.self()), pid, startTime })).toBe('gone');
  });

  it('that this one did not start are seen to live', async () => {
    const first = { ...(await processes.self()), pid: 1, startTime: await startTimeOf(1) };
    expect(await processes.liveness(first)).toBe('alive');
  });

  it('are found by the whole of the marker that they carry, grandchildren included, this one and zombies left out', async () => {
    const marker = `20260205-120000-t${String(process.pid).padStart(5, '0').slice(-5)}`;
    const env = { PATH: process.env.PATH, BEFORE: `x${MARKER_VARIABLE}=${marker}`, AFTER: '1' };
    const marked = { ...env, [MARKER_VARIABLE]: marker };
    const child = start('sh', ['-c', 'sleep 60 & sleep 0 & echo $!; exec sleep 61'], marked);
    start('sleep', ['60'], env);
    start('sleep', ['60'], { ...env, [MARKER_VARIABLE]: `${marker}x` });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    await until(async () => (await processes.marked(marker)).length === 2);
    const found = await processes.marked(marker);
    expect(found).toContain(child.pid);
    const grandchild = found.find((pid) => pid !== child.pid);
    expect(await readFile(`/proc/${grandchild}/cmdline`, 'utf8')).toBe('sleep\x0060\0');
    process.kill(Number(grandchild), 'SIGKILL');
    expect(await processes.marked(marker.slice(0, -1))).toEqual([]);
  });
});

describe('processes elsewhere', () => {
  it('are never gone where nothing is known of them', async () => {
    const untold = createProcesses('win32');
    const self = await untold.self();
    expect(await untold.liveness(self)).toBe('alive');
    expect(await untold.liveness({ ...self, pid: 2 ** 30 })).toBe('unknown');
    expect(await untold.liveness({ ...self, host: 'elsewhere' })).toBe('unknown');
  });
});
