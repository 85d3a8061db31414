import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createProcesses } from '../../adapters/index.ts';
import type { Processes, ProcessIdentity } from '../../core/index.ts';
import { fakeIdentity, fakeProcesses } from '../support/fake-processes.ts';

interface Subject {
  readonly processes: Processes;
  /** Ends a process that lived and tells who it was. */
  readonly ended: () => Promise<ProcessIdentity>;
}

const subjects: readonly (readonly [string, () => Promise<Subject>])[] = [
  [
    'the fake',
    async () => {
      const processes = fakeProcesses();
      const other = fakeIdentity(200);
      processes.living.push(other);
      return {
        processes,
        ended: async () => {
          processes.kill(200);
          return other;
        },
      };
    },
  ],
  [
    'this machine',
    async () => {
      const processes = createProcesses();
      const self = await processes.self();
      return {
        processes,
        ended: async () => {
          const child = spawn(process.execPath, ['-e', '']);
          await once(child, 'exit');
          return { ...self, pid: Number(child.pid) };
        },
      };
    },
  ],
];

describe.each(subjects)('processes: %s', (_, make) => {
  it('know this one, the same each time, and that it lives', async () => {
    const { processes } = await make();
    const self = await processes.self();
    expect(await processes.self()).toEqual(self);
    expect(await processes.liveness(self)).toBe('alive');
  });

  it('know that a process is gone that ended, was there before a restart, or lent its number to another', async () => {
    const { processes, ended } = await make();
    const self = await processes.self();
    expect(await processes.liveness(await ended())).toBe('gone');
    expect(await processes.liveness({ ...self, bootId: 'another boot' })).toBe('gone');
    expect(await processes.liveness({ ...self, startTime: '1' })).toBe('gone');
  });

  it('know nothing of another host', async () => {
    const { processes } = await make();
    const self = await processes.self();
    expect(await processes.liveness({ ...self, host: 'elsewhere' })).toBe('unknown');
    expect(await processes.liveness({ ...self, host: 'elsewhere', bootId: 'another boot' })).toBe('unknown');
  });

  it('find nothing that carries a marker nobody gave', async () => {
    expect(await (await make()).processes.marked('20260205-120000-zzzzzz')).toEqual([]);
  });
});
