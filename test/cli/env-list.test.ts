import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { useEnvProject } from '../support/env-project.ts';

const { here, run, json, setSecret, get } = useEnvProject();

describe('env list', () => {
  it('says where each value comes from and what is missing, with the command that sets it', async () => {
    await run(['env', 'set', 'HOST', 'stored', '--target', 'live']);
    await setSecret('API_KEY', 'hunter2', 'live');
    await here().project.write(
      '.env.live',
      '# for everybody\nHOST=weaker\nexport FROM_FILE="a b"\nDB_PASSWORD=hunter3\nEMPTY=\n',
    );
    const { code, json: listed } = await json(['env', 'list', '--target', 'live'], { REGION: 'us' });
    expect(code).toBe(0);
    const rows = Object.fromEntries(
      listed.variables.map((one: { name: string }) => [one.name, { ...one, name: undefined }]),
    );
    expect(rows).toMatchObject({
      DATABASE_URL: { source: null, secret: false, neededBy: ['group "api"'] },
      TOKEN: { source: null, secret: true, neededBy: ['group "api"'] },
      REGION: { source: 'process', value: 'us', neededBy: ['group "api"'] },
      PG_PASSWORD: { kind: 'secret', source: null, secret: true, neededBy: ['connection "pg"'] },
      HOST: { kind: 'env', source: 'target', value: 'stored', secret: false, neededBy: [] },
      API_KEY: { source: 'secret', value: '***', secret: true },
      FROM_FILE: { source: 'env-file', value: 'a b' },
      DB_PASSWORD: { source: 'env-file', value: '***' },
      EMPTY: { source: null },
      LOG_LEVEL: { source: 'default', value: 'info' },
    });
    expect(listed.missing.map(({ message }: { message: string }) => message.split('Set it with: ')[1])).toEqual([
      'srdeploy env set DATABASE_URL --target live',
      'srdeploy env set LIVE_TOKEN --target live --secret',
      'srdeploy env set PG_PASSWORD --target live --secret',
    ]);
    const text = await run(['env', 'list', '--target', 'live']);
    expect(text.stdout).toMatch(/^NAME +SOURCE +VALUE +NEEDED BY\nDATABASE_URL +missing +group "api"\n/);
    expect(text.stdout).toMatch(/^REGION +config +eu +group "api"$/m);
    expect(text.stdout).toMatch(/^FROM_FILE +env-file +"a b"$/m);
    expect(text.stdout + JSON.stringify(listed)).not.toMatch(/hunter/);
  });

  it('finds what the commands that it names have set', async () => {
    await run(['env', 'set', 'DATABASE_URL', 'file:db', '--target', 'live']);
    await setSecret('LIVE_TOKEN', 'hunter2', 'live');
    await setSecret('PG_PASSWORD', 'hunter3', 'live');
    const { json: listed } = await json(['env', 'list', '--target', 'live']);
    expect(listed.missing).toEqual([]);
    expect((await get('TOKEN', 'live', '--reveal')).stdout).toBe('hunter2\n');
    expect(
      (await json(['env', 'get', 'PG_PASSWORD', '--target', 'live'], { SRDEPLOY_SECRET_PG_PASSWORD: 'mine' })).json,
    ).toMatchObject({ secret: true });
  });

  it('makes nothing, and knows the target of a plan document too', async () => {
    expect((await run(['env', 'list', '--target', 'dev'])).code).toBe(0);
    expect((await run(['env', 'list', '--target', 'staging'])).code).toBe(0);
    expect(await readdir(here().project.folder)).not.toContain('.srdeploy');
    expect(await readdir(here().home)).toEqual([]);
  });

  it('refuses an .env file with bad lines, all of them at once, and never writes to it', async () => {
    const text = 'GOOD=1\nhunter2\nBAD="hunter2\n';
    await here().project.write('.env.dev', text);
    const refused = await json(['env', 'list', '--target', 'dev']);
    expect(refused.code).toBe(7);
    expect(refused.json.error.problems).toMatchObject([
      { code: 'DOTENV_SYNTAX', file: '.env.dev', range: { start: { line: 2 } } },
      { code: 'DOTENV_SYNTAX', file: '.env.dev', range: { start: { line: 3 } } },
    ]);
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    expect((await run(['env', 'set', 'GOOD', '2', '--target', 'dev'])).code).toBe(0);
    expect(await here().project.read('.env.dev')).toBe(text);
  });
});
