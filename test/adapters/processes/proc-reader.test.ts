import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcReader } from '../../../adapters/processes/proc-reader.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

async function start(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn('sh', ['-c', 'echo here; exec sleep 60'], { env: { PATH: process.env.PATH, ...env } });
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid as number;
}

describe('a look at the processes of Linux', () => {
  it('gives each who asks in the same moment the rows with a mark of their own', async () => {
    const look = createProcReader('/proc');
    const one = await start({ TREE: 'one' });
    const both = await start({ TREE: 'one', OTHER: 'two' });
    const marked = (rows: Awaited<ReturnType<typeof look>>) =>
      rows.filter(({ isMarked }) => isMarked).map(({ pid }) => pid);
    const [first, second, none] = await Promise.all([look('TREE=one'), look('OTHER=two'), look('TREE=on')]);
    expect([marked(first).sort(), marked(second), marked(none)]).toEqual([[one, both].sort(), [both], []]);
    expect(first.find(({ pid }) => pid === one)).toMatchObject({ parent: process.pid });
  });

  it('reads an environment of any size to its end', async () => {
    // Longer than the buffer that it begins with.
    const pid = await start({ A: 'x'.repeat(100_000), Z: 'last' });
    const rows = await createProcReader('/proc')('Z=last');
    expect(rows.filter(({ isMarked }) => isMarked).map((row) => row.pid)).toEqual([pid]);
  });

  it('tells everybody who asked that there is nothing to look at', async () => {
    const look = createProcReader('/nowhere');
    const both = await Promise.allSettled([look('A=1'), look('B=2')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
