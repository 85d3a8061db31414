import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useEnvProject } from '../support/env-project.ts';

const { here, run, json, setSecret, get, audit, everyFile } = useEnvProject();

describe('a secret', () => {
  it('is refused as an argument, with the reason and without being stored or shown', async () => {
    const refused = await json(['env', 'set', 'API_KEY', 'hunter2', '--target', 'dev', '--secret']);
    expect(refused).toMatchObject({ code: 7, json: { error: { code: 'SECRET_IN_ARGUMENT' } } });
    expect(refused.json.error.message).toContain('other users of this machine can read the arguments');
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    expect(await readdir(here().project.folder)).not.toContain('.srdeploy');
  });

  it('is not kept in clear text where the config or the store knows that it is one', async () => {
    const declared = await json(['env', 'set', 'API_KEY', 'hunter2', '--target', 'dev']);
    expect(declared.json.error.problems[0]).toMatchObject({ code: 'SECRET_REQUIRED' });
    expect(declared.json.error.message).toContain('srdeploy env set API_KEY --target dev --secret');
    expect((await setSecret('STORED', 'hunter2')).code).toBe(0);
    expect((await run(['env', 'set', 'STORED', 'hunter3', '--target', 'dev'])).code).toBe(7);
    expect((await get('STORED', 'dev', '--reveal')).stdout).toBe('hunter2\n');
  });

  it('replaces its plain value, which is gone then, and a plain value that looks like one brings a warning', async () => {
    const plain = await run(['env', 'set', 'DB_PASSWORD', 'hunter2', '--target', 'dev']);
    expect(plain.stderr).toContain('SECRET_IN_CLEAR');
    const moved = await setSecret('DB_PASSWORD', 'hunter2');
    expect(moved.stdout).toContain('DB_PASSWORD stood in clear text until now');
    expect(await readdir(here().envFolder)).toEqual(['dev.secrets']);
    expect((await setSecret('PIN', 'abc')).stderr).toContain('SECRET_TOO_SHORT');
  });

  it('stands nowhere on the disk in clear, nor in base64, nor does its name, and no file is left behind', async () => {
    const value = 'hunter2-0123456789-hunter2';
    expect((await setSecret('VERY_SECRET_NAME', value)).code).toBe(0);
    await here().project.write('values.env', `IMPORTED="${value}"\n`);
    expect((await run(['env', 'import', 'values.env', '--target', 'dev', '--secret'])).code).toBe(0);
    expect((await setSecret('VERY_SECRET_NAME', `${value}!`)).code).toBe(0);
    expect((await run(['env', 'list', '--target', 'dev', '--json'])).stdout).not.toContain('hunter2');
    await here().project.write('values.env', '');

    const files = await everyFile();
    expect(files.map(([file]) => file.slice(file.lastIndexOf('/') + 1))).toContain('dev.secrets');
    const base64 = [0, 1, 2].map((shift) => Buffer.from(value.slice(shift)).toString('base64').slice(0, -4));
    const hidden = [value, ...base64, Buffer.from(value).toString('hex')];
    for (const [file, bytes] of files) {
      for (const text of hidden) expect(bytes.includes(text), file).toBe(false);
      // Who set what is recorded; what is encrypted does not tell which names there are.
      if (!file.endsWith('audit.jsonl')) expect(bytes.includes('VERY_SECRET_NAME'), file).toBe(false);
      expect(file).not.toMatch(/\.tmp$/);
    }
  });

  it('is recorded with who did it and its name, never with its value', async () => {
    await run(['env', 'set', 'HOST', 'db-one', '--target', 'live']);
    await setSecret('API_KEY', 'hunter2-hunter2', 'live');
    await run(['env', 'delete', 'API_KEY', '--target', 'live']);
    const entries = await audit();
    expect(entries).toMatchObject([
      {
        action: 'env.set',
        target: 'live',
        by: expect.stringMatching(/^dana@/),
        details: { names: ['HOST'], secret: false },
      },
      { action: 'env.set', details: { names: ['API_KEY'], secret: true } },
      { action: 'env.deleted', details: { names: ['API_KEY'], secret: true } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/hunter2|db-one/);
    expect((await run(['audit', 'verify'])).code).toBe(0);
  });

  it('is not stored where that cannot be recorded', async () => {
    await run(['env', 'set', 'HOST', 'db', '--target', 'dev']);
    await writeFile(join(here().project.folder, '.srdeploy/audit.jsonl'), 'garbage\n');
    const before = await readFile(join(here().envFolder, 'dev.json'), 'utf8');
    for (const words of [
      ['set', 'HOST', 'other'],
      ['delete', 'HOST'],
    ])
      expect(await json(['env', ...words, '--target', 'dev'])).toMatchObject({
        code: 10,
        json: { error: { code: 'AUDIT_UNWRITABLE' } },
      });
    expect(await readFile(join(here().envFolder, 'dev.json'), 'utf8')).toBe(before);
  });
});
