import { describe, expect, it } from 'vitest';
import { useEnvProject } from '../support/env-project.ts';

const { here, json, typed, setSecret, get } = useEnvProject();

describe('bad input', () => {
  it('is refused for a target that nobody knows, with the known ones', async () => {
    for (const words of [
      ['set', 'A', 'b'],
      ['get', 'A'],
      ['list'],
      ['delete', 'A'],
      ['import', 'deploy-config.json'],
    ]) {
      const { code, json: answer } = await json(['env', ...words, '--target', 'prod']);
      const message = 'There is no target "prod". Known targets: dev, live, staging.';
      expect([code, answer.error.message]).toEqual([7, message]);
    }
    expect((await json(['env', 'list', '--target', 'Not A Target'])).json.error.code).toBe('BAD_TARGET');
    expect((await json(['env', 'list'])).json.error.code).toBe('USAGE');
  });

  it.each(['1A', 'A-B', '', 'A\nB'])('is refused for a name that cannot be one: %j', async (name) => {
    for (const words of [
      ['set', name, 'x'],
      ['get', name],
      ['delete', name],
    ]) {
      const { code, json: answer } = await json(['env', ...words, '--target', 'dev']);
      expect(code).toBe(7);
      expect([answer.error.code, answer.error.problems?.[0]?.code]).toContain('BAD_VARIABLE_NAME');
    }
  });

  it('is refused for a value that is empty, too long or no text', async () => {
    const badValue = async (input: string | Uint8Array) => {
      const { code, stderr } = await typed(['env', 'set', 'A', '-', '--target', 'dev'], input);
      return [code, stderr.includes('BAD_VALUE')];
    };
    for (const input of ['', '\n', 'a\0b', 'x'.repeat(100_001), 'x'.repeat(2_000_000), new Uint8Array([0xff, 0xfe])])
      expect(await badValue(input)).toEqual([7, true]);
    expect((await json(['env', 'set', 'A', '', '--target', 'dev'])).json.error.message).toContain('counts as missing');
    expect((await get('A', 'dev')).code).toBe(7);
  });

  it('is refused where the deploy config is wrong, with its places', async () => {
    await here().project.write('deploy-config.json', '{ "targets": { "dev": { "kind": "nonsense" } } }');
    const { code, json: answer } = await json(['env', 'set', 'A', 'b', '--target', 'dev']);
    expect([code, answer.error.problems[0].file]).toEqual([7, 'deploy-config.json']);
  });

  it('stores awkward names and values as they are', async () => {
    for (const name of ['__proto__', 'constructor']) {
      expect((await typed(['env', 'set', name, '-', '--target', 'dev'], '\'; $(x) `y` \\ "')).code).toBe(0);
      expect((await setSecret(`${name}_S`, '-leading')).code).toBe(0);
      expect((await get(name, 'dev')).stdout).toBe('\'; $(x) `y` \\ "\n');
      expect((await get(`${name}_S`, 'dev', '--reveal')).stdout).toBe('-leading\n');
    }
  });
});
