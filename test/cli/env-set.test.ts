import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useEnvProject } from '../support/env-project.ts';

const { here, run, json, typed, inTerminal, setSecret, get } = useEnvProject();
const secret = 'hunter2 "hünter" $HOME';

describe('env set, get and delete', () => {
  it('store a plain value for one target, in a file of this user alone that git does not see', async () => {
    expect(await run(['env', 'set', 'HOST', 'db one', '--target', 'live'])).toMatchObject({
      code: 0,
      stdout: 'Stored for live: HOST\n',
      stderr: '',
    });
    expect((await get('HOST', 'live')).stdout).toBe('db one\n');
    expect(await json(['env', 'get', 'HOST', '--target', 'live'])).toMatchObject({
      code: 0,
      json: { v: 1, target: 'live', name: 'HOST', value: 'db one', source: 'target', secret: false },
    });
    const other = await json(['env', 'get', 'HOST', '--target', 'dev']);
    expect(other).toMatchObject({ code: 7, json: { error: { problems: [{ code: 'MISSING_VARIABLE' }] } } });
    expect(other.stderr).toContain('srdeploy env set HOST --target dev');
    expect(await readFile(join(here().project.folder, '.srdeploy/.gitignore'), 'utf8')).toBe('*\n');
    expect((await stat(join(here().envFolder, 'live.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(here().home)).toEqual([]);

    expect((await run(['env', 'delete', 'HOST', '--target', 'live'])).stdout).toBe('Deleted for live: HOST\n');
    expect((await get('HOST', 'live')).code).toBe(7);
    const again = await json(['env', 'delete', 'HOST', '--target', 'live']);
    expect(again).toMatchObject({ code: 7, json: { error: { code: 'NOT_STORED' } } });
  });

  it('take a plain value from standard input, without its last line end only', async () => {
    expect((await typed(['env', 'set', 'TEXT', '-', '--target', 'dev'], 'one\n\n two \r\n')).code).toBe(0);
    expect((await get('TEXT', 'dev')).stdout).toBe('one\n\n two \n');
    expect((await typed(['env', 'set', 'TEXT', '--target', 'dev'], 'three')).code).toBe(0);
    expect((await get('TEXT', 'dev')).stdout).toBe('three\n');
  });

  it('keep a secret encrypted with a key of the project, which is made, and said, once', async () => {
    const first = await setSecret('API_KEY', `${secret}\n`);
    expect(first).toMatchObject({ code: 0, stdout: 'Stored for dev, encrypted: API_KEY\n' });
    const [name = ''] = await readdir(join(here().home, 'srdeploy/keys'));
    const keyFile = join(here().home, 'srdeploy/keys', name);
    expect(first.stderr).toContain(`Made a key for the secrets of this project: ${keyFile}`);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await setSecret('OTHER', 'something else')).stderr).toBe('');

    expect((await get('API_KEY', 'dev')).stdout).toBe('***\n');
    expect((await get('API_KEY', 'dev', '--reveal')).stdout).toBe(`${secret}\n`);
    const shown = await json(['env', 'get', 'API_KEY', '--target', 'dev']);
    expect(shown.json).toEqual({ v: 1, target: 'dev', name: 'API_KEY', source: 'secret', secret: true });
    const revealed = await json(['env', 'get', 'API_KEY', '--target', 'dev', '--reveal']);
    expect(revealed.json.value).toBe(secret);
    expect((await run(['env', 'delete', 'API_KEY', '--target', 'dev'])).code).toBe(0);
    expect((await get('API_KEY', 'dev', '--reveal')).code).toBe(7);
    expect((await get('OTHER', 'dev', '--reveal')).stdout).toBe('something else\n');
  });

  it('ask on a terminal, and show nothing of a secret that is typed', async () => {
    const words = ['env', 'set', 'API_KEY', '--target', 'dev', '--secret'];
    const { code, stdout } = await inTerminal(words, '(not shown)', 'hunter2-hunterX\u007f3\r');
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('Value of API_KEY (not shown): ');
    expect(stdout).not.toContain('hunter');
    expect((await get('API_KEY', 'dev', '--reveal')).stdout).toBe('hunter2-hunter3\n');
  });

  it('change nothing where a question is answered with Ctrl-C', async () => {
    const words = ['env', 'set', 'API_KEY', '--target', 'dev', '--secret'];
    const { code, stdout } = await inTerminal(words, '(not shown)', 'half\u0003');
    expect(code, stdout).toBe(7);
    expect(stdout).toContain('VALUE_MISSING');
    expect((await get('API_KEY', 'dev', '--reveal')).code).toBe(7);
  });
});
