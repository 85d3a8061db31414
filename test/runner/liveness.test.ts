import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { foldRun, type RunEvent, type RunRecord } from '../../core/index.ts';
import { livenessOf } from '../../runner/index.ts';
import { held, otherLease } from '../core/lock/a-lease.ts';
import { fakeLeases } from '../support/fake-leases.ts';
import { fakeIdentity, fakeProcesses } from '../support/fake-processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const lease = otherLease();
const created = {
  type: 'run.created',
  run: lease.run,
  target: 'staging',
  operations: [],
  v: 1,
  seq: 1,
  at: '2026-02-05T12:00:00.000Z',
  attempt: 1,
} as unknown as RunEvent;
const open = foldRun([created]) as RunRecord;

async function setting() {
  const folder = await temporaryFolder();
  const world = { leases: fakeLeases(), processes: fakeProcesses() };
  return { folder, world, liveness: (record: RunRecord = open) => livenessOf(record, folder, world) };
}

describe('whether anybody executes a run', () => {
  it('is dead without a lease and without an address, and once it has ended', async () => {
    const { world, liveness } = await setting();
    expect(await liveness()).toBe('dead');
    world.processes.living.push(lease.holder.process);
    world.leases.meddle('staging', held(lease));
    expect(await liveness({ ...open, end: { type: 'finished', outcome: 'failed', at: '' } })).toBe('dead');
    expect(await liveness()).toBe('live');
    world.leases.meddle('staging', held({ ...lease, run: 'another' as never }));
    expect(await liveness()).toBe('dead');
  });

  it('is dead when its runner is, even while something that it started still works', async () => {
    const { world, liveness } = await setting();
    world.leases.meddle('staging', held(lease));
    world.processes.marks.set(lease.run, [8]);
    expect(await liveness()).toBe('dead');
  });

  it('is live where nothing is known of the holder’s host', async () => {
    const { world, liveness } = await setting();
    world.leases.meddle('staging', held(otherLease(fakeIdentity(7, { host: 'host-b' }))));
    expect(await liveness()).toBe('live');
  });

  it('is live by the address that its runner left, never by a number that another process has now', async () => {
    const { folder, world, liveness } = await setting();
    await mkdir(folder, { recursive: true });
    const address = (startTime: string) =>
      writeFile(
        `${folder}/control.json`,
        JSON.stringify({ v: 1, protocol: 1, address: '/tmp/s', process: { ...fakeIdentity(7), startTime } }),
      );
    world.processes.living.push(fakeIdentity(7));
    await address('700');
    expect(await liveness()).toBe('live');
    await address('699');
    expect(await liveness()).toBe('dead');
    await writeFile(`${folder}/control.json`, '{}');
    expect(await liveness()).toBe('dead');
  });
});
