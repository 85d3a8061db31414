import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Env, useEnvProject } from '../support/env-project.ts';

const { here, run, json, setSecret, get, audit } = useEnvProject();
const secret = 'hunter2 "hünter" $HOME';

describe('the key', () => {
  const keyOf = () => randomBytes(32).toString('base64');

  it('can be a variable, a file or what a command prints, and one opens what another place has closed', async () => {
    const key = keyOf();
    const file = join(here().home, 'key');
    await writeFile(file, `${key}\n`, { mode: 0o600 });
    expect((await setSecret('API_KEY', secret, 'dev', { SRDEPLOY_KEY: key })).stderr).toBe('');
    for (const env of [{ SRDEPLOY_KEY_FILE: file }, { SRDEPLOY_KEY_COMMAND: `cat '${file}'` }])
      expect((await run(['env', 'get', 'API_KEY', '--target', 'dev', '--reveal'], env)).stdout).toBe(`${secret}\n`);
    expect(await readdir(here().home)).toEqual(['key']);
  });

  it.each<[string, () => Promise<Env>, string]>([
    ['another key', async () => ({ SRDEPLOY_KEY: keyOf() }), 'WRONG_KEY'],
    ['no key', async () => ({}), 'NO_KEY'],
    ['a password', async () => ({ SRDEPLOY_KEY: 'hunter2' }), 'BAD_KEY'],
    [
      'a file that others can read',
      async () => {
        await writeFile(join(here().home, 'key'), keyOf());
        await chmod(join(here().home, 'key'), 0o644);
        return { SRDEPLOY_KEY_FILE: join(here().home, 'key') };
      },
      'BAD_KEY',
    ],
    ['a command that fails', async () => ({ SRDEPLOY_KEY_COMMAND: 'echo hunter2; exit 1' }), 'BAD_KEY'],
  ])('neither opens nor overwrites anything where it is %s', async (_what, env, code) => {
    await setSecret('API_KEY', secret, 'dev', { SRDEPLOY_KEY: keyOf() });
    const file = join(here().envFolder, 'dev.secrets');
    const before = await readFile(file, 'utf8');
    const wrong = await env();
    for (const words of [['get', 'API_KEY'], ['list'], ['set', 'PLAIN', 'x']]) {
      const { code: exit, json: answer, stderr } = await json(['env', ...words, '--target', 'dev'], wrong);
      expect([exit, answer.error.code]).toEqual([7, code]);
      expect(stderr + JSON.stringify(answer)).not.toContain('hunter2');
      expect(Object.keys(answer).sort()).toEqual(['error', 'v']);
    }
    expect((await setSecret('API_KEY', 'other', 'dev', wrong)).code).toBe(7);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(here().envFolder)).toEqual(['dev.secrets']);
  });

  it('does not help where the file was tampered with or cut off: an error, never an empty answer', async () => {
    await setSecret('API_KEY', secret);
    const file = join(here().envFolder, 'dev.secrets');
    const good = await readFile(file, 'utf8');
    const sealed = JSON.parse(good);
    const data = Buffer.from(sealed.data, 'base64');
    data[0] = (data[0] ?? 0) ^ 1;
    for (const bad of [good.slice(0, -20), JSON.stringify({ ...sealed, data: data.toString('base64') })]) {
      await writeFile(file, bad);
      for (const words of [['get', 'API_KEY'], ['list']])
        expect(await json(['env', ...words, '--target', 'dev'])).toMatchObject({
          code: 10,
          json: { error: { code: 'VALUES_DAMAGED', message: expect.stringContaining(file) } },
        });
      expect((await setSecret('API_KEY', 'other')).code).toBe(10);
      expect(await readFile(file, 'utf8')).toBe(bad);
    }
    await writeFile(join(here().envFolder, 'live.secrets'), good);
    expect((await get('API_KEY', 'live')).code).toBe(10);
  });
});

describe('two at once', () => {
  it('lose nothing, plain or secret, and agree on one key', async () => {
    const names = ['A', 'B', 'C'];
    const ended = await Promise.all(
      names.flatMap((name) => [
        run(['env', 'set', `PLAIN_${name}`, name, '--target', 'dev']),
        setSecret(`SECRET_${name}`, `hidden-${name}`),
      ]),
    );
    expect(ended.map(({ code, stderr }) => (code === 0 ? '' : stderr)).join('')).toBe('');
    expect(ended.filter(({ stderr }) => stderr.includes('Made a key'))).toHaveLength(1);
    for (const name of names) {
      expect((await get(`PLAIN_${name}`, 'dev')).stdout).toBe(`${name}\n`);
      expect((await get(`SECRET_${name}`, 'dev', '--reveal')).stdout).toBe(`hidden-${name}\n`);
    }
    expect((await run(['audit', 'verify'])).code).toBe(0);
    expect((await audit()).filter(({ action }) => action === 'env.set')).toHaveLength(6);
  });
});
