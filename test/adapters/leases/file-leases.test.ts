import { once } from 'node:events';
import { mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFileLeases } from '../../../adapters/index.ts';
import { freeLock, type LeaseStore } from '../../../core/index.ts';
import { bundledScript, messageOf, outputOf, startScript } from '../../support/bundled-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let racer: string;
beforeAll(async () => {
  racer = await bundledScript('adapters/leases/lease-racer.ts');
});

async function store(project: string): Promise<LeaseStore> {
  const opened = await openFileLeases(project);
  if (opened.type === 'refused') throw new Error(opened.message);
  return opened.leases;
}

const locks = (project: string): string => join(project, '.srdeploy/state/locks');

describe('leases in files', () => {
  it('go to exactly one of fifty processes that write one version at once', async () => {
    const project = await temporaryFolder();
    const children = Array.from({ length: 50 }, () => startScript(racer, ['race', project]));
    const outputs = children.map(outputOf);
    await Promise.all(children.map((child) => messageOf(child)));
    for (const child of children) child.send(0);
    const results = await Promise.all(outputs);
    expect(results.filter((result) => result === 'written')).toHaveLength(1);
    expect(results.filter((result) => result === 'conflict')).toHaveLength(49);
    const winner = children[results.indexOf('written')];
    expect(await (await store(project)).read('staging')).toEqual({
      version: 1,
      state: { ...freeLock, epoch: winner?.pid },
    });
  }, 60_000);

  it('are seen as they stand by who has looked before, after one write of another and after so many that old ones are swept', async () => {
    const project = await temporaryFolder();
    const [reader, writer] = [await store(project), await store(project)];
    let version = 0;
    const write = async () => {
      expect(await writer.write('staging', version, { ...freeLock, epoch: version + 1 })).toBe('written');
      version += 1;
    };
    for (const writes of [1, 1, 2, 15, 16, 17, 40]) {
      for (let n = 0; n < writes; n += 1) await write();
      for (let look = 0; look < 2; look += 1)
        expect(await reader.read('staging')).toMatchObject({ version, state: { epoch: version } });
    }
  });

  it('are readable and lose nothing that was written when their writers are killed', async () => {
    const project = await temporaryFolder();
    const leases = await store(project);
    for (let round = 0; round < 8; round += 1) {
      const child = startScript(racer, ['hammer', project]);
      let told = 0;
      child.on('message', (version) => {
        told = Number(version);
      });
      await messageOf(child);
      await delay(5 + Math.random() * 30);
      child.kill('SIGKILL');
      await once(child, 'close');
      const { version, state } = await leases.read('staging');
      expect(version).toBeGreaterThanOrEqual(told);
      expect(state.epoch).toBe(version);
      expect(await leases.write('staging', version, { ...state, epoch: version + 1 })).toBe('written');
    }
  }, 60_000);

  it('keep the last versions only, in files for this user alone, and sweep what dead writers left', async () => {
    const project = await temporaryFolder();
    const leases = await store(project);
    await leases.write('staging', 0, freeLock);
    const folder = join(locks(project), 'staging');
    for (const name of ['.old.tmp', '.new.tmp']) await writeFile(join(folder, name), '{');
    await utimes(join(folder, '.old.tmp'), 1_000_000, 1_000_000);
    for (let version = 1; version < 40; version += 1) await leases.write('staging', version, freeLock);
    const names = await readdir(folder);
    expect(names.sort()).toEqual(['.new.tmp', ...Array.from({ length: 16 }, (_, n) => `${n + 25}.json`)].sort());
    expect((await stat(join(folder, '40.json'))).mode & 0o777).toBe(0o600);
    for (const path of [folder, locks(project), join(project, '.srdeploy')])
      expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('are not won by a writer that slept while its version came and was swept', async () => {
    const project = await temporaryFolder();
    const leases = await store(project);
    for (let version = 0; version < 40; version += 1) await leases.write('staging', version, freeLock);
    const folder = join(locks(project), 'staging');
    expect(await readdir(folder)).not.toContain('5.json');
    expect(await leases.write('staging', 4, { ...freeLock, epoch: 9 })).toBe('conflict');
    expect(await leases.read('staging')).toEqual({ version: 40, state: freeLock });
  });

  it.each([
    ['3.json', 'garbage'],
    ['3.json', ''],
    ['3.json', '{"v":1,"epoch":0}'],
    ['3.json', '{"v":2,"epoch":0,"forcedEpoch":0}'],
    ['3.json', '{"v":1,"epoch":0,"forcedEpoch":0,"lease":{}}'],
    ['3.json', '{"v":1,"epoch":0,"forcedEpoch":0,"lease":null}'],
    ['notes.txt', 'hello'],
  ])('report %s with %j in it and never take it for a free lock', async (name, text) => {
    const project = await temporaryFolder();
    const leases = await store(project);
    await mkdir(join(locks(project), 'staging'));
    await writeFile(join(locks(project), 'staging', name), text);
    await expect(leases.read('staging')).rejects.toThrow(name);
    await expect(leases.write('staging', 0, freeLock))
      .resolves.toBe('conflict')
      .catch(() => undefined);
  });

  it('report a folder that is no folder', async () => {
    const project = await temporaryFolder();
    const leases = await store(project);
    await writeFile(join(locks(project), 'staging'), '');
    await expect(leases.read('staging')).rejects.toThrow('ENOTDIR');
    await expect(leases.write('staging', 0, freeLock)).rejects.toThrow('EEXIST');
  });

  it('are not opened where the file system takes no new names', async () => {
    const project = await temporaryFolder();
    await mkdir(join(project, '.srdeploy/state'), { recursive: true });
    await symlink('/proc/self/task', join(project, '.srdeploy/state/locks'));
    await expect(openFileLeases(project)).rejects.toThrow('state/locks');
  });
});
