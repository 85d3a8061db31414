import { describe, expect, it } from 'vitest';
import { openFileLeases } from '../../adapters/index.ts';
import { digest, freeLock, type LeaseStore, type LockState, lockId, operationId, runId } from '../../core/index.ts';
import { fakeLeases } from '../support/fake-leases.ts';
import { fakeIdentity } from '../support/fake-processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stores: readonly (readonly [string, () => Promise<LeaseStore>])[] = [
  ['the fake', async () => fakeLeases()],
  [
    'the files',
    async () => {
      const opened = await openFileLeases(await temporaryFolder());
      if (opened.type === 'refused') throw new Error(opened.message);
      return opened.leases;
    },
  ],
];

const held = (beat: number): LockState => ({
  v: 1,
  epoch: 3,
  forcedEpoch: 2,
  lease: {
    id: lockId('lock-1'),
    holder: { who: 'ann@host-a', process: fakeIdentity(100) },
    run: runId('20260205-120000-aaaaaa'),
    operation: operationId('first'),
    planDigest: digest('a'.repeat(64)),
    acquiredAt: '2026-02-05T12:00:00.000Z',
    beat,
    heartbeatAt: '2026-02-05T12:00:00.000Z',
  },
});

describe.each(stores)('a store of leases: %s', (_, open) => {
  it('is free at version 0 where nothing was ever written', async () => {
    expect(await (await open()).read('staging')).toEqual({ version: 0, state: freeLock });
  });

  it('gives back what was written, each write one version on, keys apart', async () => {
    const store = await open();
    expect(await store.write('staging', 0, held(0))).toBe('written');
    expect(await store.read('staging')).toEqual({ version: 1, state: held(0) });
    const free: LockState = { v: 1, epoch: 4, forcedEpoch: 4, lease: undefined };
    expect(await store.write('staging', 1, free)).toBe('written');
    expect(await store.read('staging')).toEqual({ version: 2, state: free });
    expect((await store.read('production')).version).toBe(0);
  });

  it('takes keys of any text', async () => {
    const store = await open();
    for (const key of ['Staging', '../up', 'a/b', 'ä', 'x'.repeat(300), 'staging']) {
      expect([key, await store.write(key, 0, held(1))]).toEqual([key, 'written']);
      expect(await store.read(key)).toEqual({ version: 1, state: held(1) });
    }
  });

  it('refuses a write that names another version than the one that stands, older or newer', async () => {
    const store = await open();
    await store.write('staging', 0, held(0));
    expect(await store.write('staging', 0, held(1))).toBe('conflict');
    expect(await store.write('staging', 2, held(1))).toBe('conflict');
    expect(await store.read('staging')).toEqual({ version: 1, state: held(0) });
  });

  it('lets exactly one of many writers win who name one version at once', async () => {
    const store = await open();
    for (let version = 0; version < 5; version += 1) {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, beat) => store.write('staging', version, held(beat))),
      );
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
      const { state } = await store.read('staging');
      expect(state.lease?.beat).toBe(results.indexOf('written'));
    }
  });

  it('goes on for many versions', async () => {
    const store = await open();
    for (let version = 0; version < 60; version += 1) await store.write('staging', version, held(version));
    expect(await store.read('staging')).toEqual({ version: 60, state: held(59) });
    expect(await store.write('staging', 3, held(0))).toBe('conflict');
    expect((await store.read('staging')).version).toBe(60);
  });
});
