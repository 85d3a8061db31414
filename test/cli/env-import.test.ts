import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useEnvProject } from '../support/env-project.ts';

const { here, json, typed, setSecret, get, audit } = useEnvProject();

describe('env import', () => {
  it('stores every value of a dotenv file; what is known to be secret is encrypted', async () => {
    await setSecret('OLD_SECRET', 'old', 'dev');
    await here().project.write(
      'prod.env',
      'export HOST=db\r\nAPI_KEY="hunter2"\r\nOLD_SECRET=new-value\r\nEMPTY=\r\nPEM="a\r\nb"\r\n',
    );
    expect(await json(['env', 'import', 'prod.env', '--target', 'dev'])).toMatchObject({
      code: 0,
      json: {
        target: 'dev',
        file: 'prod.env',
        variables: ['HOST', 'PEM'],
        secrets: ['API_KEY', 'OLD_SECRET'],
        empty: ['EMPTY'],
      },
    });
    expect((await get('PEM', 'dev')).stdout).toBe('a\nb\n');
    expect((await get('API_KEY', 'dev')).stdout).toBe('***\n');
    expect((await get('OLD_SECRET', 'dev', '--reveal')).stdout).toBe('new-value\n');
    expect(await readFile(join(here().envFolder, 'dev.json'), 'utf8')).not.toContain('hunter2');
    expect((await audit()).slice(1)).toMatchObject([
      { action: 'env.set', details: { names: ['API_KEY', 'OLD_SECRET'], secret: true, from: 'prod.env' } },
      { action: 'env.set', details: { names: ['HOST', 'PEM'], secret: false, from: 'prod.env' } },
    ]);
  });

  it('stores nothing where a line is wrong, and names every such line', async () => {
    await here().project.write('bad.env', 'A=1\n2B=2\nC=3\nno line\n');
    const refused = await json(['env', 'import', 'bad.env', '--target', 'dev', '--secret']);
    expect(refused).toMatchObject({
      code: 7,
      json: { error: { problems: [{ range: { start: { line: 2 } } }, { range: { start: { line: 4 } } }] } },
    });
    expect((await get('A', 'dev')).code).toBe(7);
    expect(await readdir(here().home)).toEqual([]);
  });

  it('reads standard input, and says what a file without values lacks', async () => {
    expect((await typed(['env', 'import', '-', '--target', 'dev'], 'A=1\n')).code).toBe(0);
    expect((await get('A', 'dev')).stdout).toBe('1\n');
    const refused = async (file: string) => (await json(['env', 'import', file, '--target', 'dev'])).json.error.code;
    await here().project.write('empty.env', '# nothing\nA=\n');
    expect([await refused('empty.env'), await refused('missing.env'), await refused('.')]).toEqual([
      'NOTHING_TO_IMPORT',
      'FILE_UNREADABLE',
      'FILE_UNREADABLE',
    ]);
    const binary = await typed(['env', 'import', '-', '--target', 'dev'], new Uint8Array([65, 61, 255, 254, 10]));
    expect([binary.code, binary.stderr]).toEqual([7, expect.stringContaining('not UTF-8')]);
  });
});
