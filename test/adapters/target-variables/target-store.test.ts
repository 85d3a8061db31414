import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireHolderLock } from '../../../adapters/durable/holder-lock.ts';
import { createProcesses, createTargetStore, type StoredValues } from '../../../adapters/index.ts';
import { targetId } from '../../../core/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const processes = createProcesses();
const target = targetId('staging');

async function storeIn(project: string, env: Record<string, string> = {}) {
  const home = await temporaryFolder();
  const values: Record<string, string> = {
    XDG_CONFIG_HOME: home,
    SRDEPLOY_KEY: randomBytes(32).toString('hex'),
    ...env,
  };
  const variables = { env: (name: string) => values[name] || undefined };
  const store = createTargetStore({ project, target, processes, variables });
  const set = (kind: keyof StoredValues, name: string, value: string) =>
    store.change(
      async (before) => ({ after: { ...before, [kind]: new Map([...before[kind], [name, value]]) }, answer: name }),
      kind === 'secrets',
    );
  return { store, set, home };
}
const stored = (variables: Record<string, string>, secrets: Record<string, string>) => ({
  type: 'read',
  values: { variables: new Map(Object.entries(variables)), secrets: new Map(Object.entries(secrets)) },
});
const files = (project: string) => readdir(join(project, '.srdeploy/env')).then((names) => names.sort());

describe('the store of a target', () => {
  it('is empty where nothing was ever stored, and reading makes nothing', async () => {
    const project = await temporaryFolder();
    const { store } = await storeIn(project);
    expect(await store.read()).toEqual(stored({}, {}));
    expect(await readdir(project)).toEqual([]);
  });

  it('keeps plain values and secrets in a file each, for this user alone', async () => {
    const project = await temporaryFolder();
    const { store, set } = await storeIn(project);
    expect(await set('variables', 'HOST', 'db')).toEqual({ type: 'changed', answer: 'HOST', newKey: undefined });
    await set('secrets', 'KEY', 'hidden-value');
    expect(await store.read()).toEqual(stored({ HOST: 'db' }, { KEY: 'hidden-value' }));
    expect(await files(project)).toEqual(['staging.json', 'staging.secrets']);
    for (const name of await files(project))
      expect((await stat(join(project, '.srdeploy/env', name))).mode & 0o777).toBe(0o600);
    expect((await stat(join(project, '.srdeploy/env'))).mode & 0o777).toBe(0o700);
  });

  it('loses nothing when many change it at once', async () => {
    const project = await temporaryFolder();
    const { store, set } = await storeIn(project);
    const names = Array.from({ length: 12 }, (_, i) => `N${i}`);
    await Promise.all(names.flatMap((name) => [set('variables', name, 'v'), set('secrets', name, 's')]));
    const all = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
    const read = await store.read();
    const sorted = (values: ReadonlyMap<string, string>) => Object.fromEntries(values);
    if (read.type !== 'read') throw new Error(read.type);
    expect([sorted(read.values.variables), sorted(read.values.secrets)]).toEqual([all('v'), all('s')]);
  });

  it('has no file where nothing is left in it, so that no key is asked for', async () => {
    const project = await temporaryFolder();
    const { store, set } = await storeIn(project);
    await set('secrets', 'KEY', 'hidden-value');
    await store.change(
      async ({ variables }) => ({ after: { variables, secrets: new Map() }, answer: undefined }),
      false,
    );
    expect(await files(project)).toEqual([]);
    expect(await (await storeIn(project, { SRDEPLOY_KEY: '' })).store.read()).toEqual(stored({}, {}));
  });

  it('asks for a key only where there are secrets, and makes one only where nothing is encrypted yet', async () => {
    const project = await temporaryFolder();
    const { store, set, home } = await storeIn(project, { SRDEPLOY_KEY: '' });
    await set('variables', 'HOST', 'db');
    expect(await readdir(home)).toEqual([]);
    expect(await set('secrets', 'KEY', 'hidden-value')).toMatchObject({
      newKey: expect.stringContaining(`${home}/srdeploy/keys/`),
    });
    expect(await set('secrets', 'MORE', 'hidden-value')).toMatchObject({ type: 'changed', newKey: undefined });
    expect(await store.read()).toEqual(stored({ HOST: 'db' }, { KEY: 'hidden-value', MORE: 'hidden-value' }));
    const other = await storeIn(project, { SRDEPLOY_KEY: '' });
    expect(await other.store.read()).toMatchObject({ type: 'no-key' });
    expect(await other.set('secrets', 'KEY', 'other')).toMatchObject({ type: 'no-key' });
    expect(await readdir(other.home)).toEqual([]);
  });

  it.each<[string, string, (text: string) => string, string]>([
    ['secrets cut off', 'staging.secrets', (text) => text.slice(0, -10), 'damaged'],
    ['secrets emptied', 'staging.secrets', () => '', 'damaged'],
    [
      'secrets of which a byte was changed',
      'staging.secrets',
      (text) => text.replace(/"data":"(.)/, (_all, one) => `"data":"${one === 'A' ? 'B' : 'A'}`),
      'damaged',
    ],
    ['variables cut off', 'staging.json', (text) => text.slice(0, -4), 'damaged'],
    ['variables emptied', 'staging.json', () => '', 'damaged'],
    ['variables that are none', 'staging.json', () => '{"v":1,"variables":{"A B":"x"}}', 'damaged'],
    ['variables of a newer format', 'staging.json', () => '{"v":2,"variables":{}}', 'damaged'],
  ])('is never taken for empty and never written over: %s', async (_what, name, change, type) => {
    const project = await temporaryFolder();
    const { store, set } = await storeIn(project);
    await set('variables', 'HOST', 'db');
    await set('secrets', 'KEY', 'hidden-value');
    const file = join(project, '.srdeploy/env', name);
    const text = change(await readFile(file, 'utf8'));
    await writeFile(file, text);
    expect(await store.read()).toMatchObject({ type, file });
    expect(await set('variables', 'HOST', 'other')).toMatchObject({ type });
    expect(await set('secrets', 'KEY', 'other')).toMatchObject({ type });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is not opened, and not written, with another key', async () => {
    const project = await temporaryFolder();
    await (await storeIn(project)).set('secrets', 'KEY', 'hidden-value');
    const before = await readFile(join(project, '.srdeploy/env/staging.secrets'), 'utf8');
    const other = await storeIn(project);
    expect(await other.store.read()).toMatchObject({ type: 'wrong-key', place: { kind: 'variable' } });
    expect(await other.set('secrets', 'KEY', 'other')).toMatchObject({ type: 'wrong-key' });
    expect(await readFile(join(project, '.srdeploy/env/staging.secrets'), 'utf8')).toBe(before);
  });

  it('is taken over from a process that died while it changed it', async () => {
    const project = await temporaryFolder();
    const { set } = await storeIn(project);
    const writer = join(project, '.srdeploy/state/env-writer/staging');
    await mkdir(writer, { recursive: true });
    const self = await processes.self();
    const dead = { ...processes, self: async () => ({ ...self, pid: 2 ** 22 + 1 }) };
    await acquireHolderLock(writer, dead, { timeoutMs: 0, unknownAfterMs: 1 });
    expect(await set('variables', 'HOST', 'db')).toMatchObject({ type: 'changed' });
  });

  it('lets the next one in where a change fails', async () => {
    const { store, set } = await storeIn(await temporaryFolder());
    await expect(store.change(() => Promise.reject(new Error('no')), false)).rejects.toThrow('no');
    expect(await set('variables', 'HOST', 'db')).toMatchObject({ type: 'changed' });
  });
});
