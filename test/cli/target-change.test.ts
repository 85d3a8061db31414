import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TargetView } from '../../core/index.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const configText = `// Ours.
{
\t"project": "shop", // never change it
\t"targets": {
\t\t"staging": { "kind": "staging", "connection_ref": "db" }, // the rehearsal
\t},
\t"connections": { "db": { "backend": "sqlite", "file": "data.db" } },
}
`.replaceAll('\n', '\r\n');

async function projectWith(config: string | undefined): Promise<void> {
  project = await testProject(planDocument(), {});
  if (config === undefined) await rm(join(project.folder, 'deploy-config.json'));
  else await project.write('deploy-config.json', config);
}
const target = (...words: readonly string[]) => srdeploy(['target', ...words], { cwd: project.folder });
const targetJson = <T>(...words: readonly string[]) => srdeployJson<T>(['target', ...words], { cwd: project.folder });
const config = () => project.read('deploy-config.json');

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly problems?: readonly { code: string }[] };
}

describe('targets on the command line', () => {
  it('begin with a config of their own, as in the transcript of the specification', async () => {
    await projectWith(undefined);
    const added = await target(
      'add',
      'production',
      '--type',
      'database',
      '--provider',
      'supabase',
      '--host',
      'db.woofs.com',
    );
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).toBe(
      'Added the target production to deploy-config.json, which was made.\nIt is PRODUCTION: every run on it needs its id typed.\n',
    );
    expect(JSON.parse(await config())).toEqual({
      targets: { production: { type: 'database', provider: 'supabase', host: 'db.woofs.com' } },
    });
    expect((await target('list')).stdout.split('\n')).toEqual([
      'ID          NAME        KIND        CONNECTION  TYPE      PROVIDER  HOST          REGION',
      'production  production  PRODUCTION  -           database  supabase  db.woofs.com  -',
      '',
    ]);
  });

  it('are added, changed and removed without touching a comment, a tab, a CRLF or a mode', async () => {
    await projectWith(configText);
    await chmod(join(project.folder, 'deploy-config.json'), 0o640);
    const set = [
      '--name',
      'Live shop',
      '--kind',
      'production',
      '--connection',
      'db',
      '--var',
      'schema=a=b',
      '--min-approvals',
      '2',
    ];
    const more = [
      '--no-self-approval',
      '--env',
      'TOKEN=${secret:LIVE_TOKEN}',
      '--health-url',
      'https://x.example.org/health',
    ];
    expect(await targetJson('add', 'live', ...set, ...more)).toMatchObject({
      code: 0,
      json: { v: 1, file: 'deploy-config.json', outcome: 'changed', target: { id: 'live', production: true } },
    });
    const added = await config();
    const line =
      '\t\t"live": {\n\t\t\t"name": "Live shop",\n\t\t\t"kind": "production",\n\t\t\t"connection_ref": "db",\n\t\t\t"variables": {\n\t\t\t\t"schema": "a=b"\n\t\t\t},\n\t\t\t"min_approvals": 2,\n\t\t\t"self_approval": false,\n\t\t\t"health_check": {\n\t\t\t\t"url": "https://x.example.org/health"\n\t\t\t},\n\t\t\t"environment": {\n\t\t\t\t"TOKEN": "${secret:LIVE_TOKEN}"\n\t\t\t}\n\t\t},\n'.replaceAll(
        '\n',
        '\r\n',
      );
    const [before, after] = configText.split('\t},\r\n\t"connections"');
    expect(added).toBe(`${before}${line}\t},\r\n\t"connections"${after}`);
    expect((await stat(join(project.folder, 'deploy-config.json'))).mode & 0o777).toBe(0o640);

    expect(
      await target('update', 'live', '--host', 'h1', '--unset', 'variables.schema', '--self-approval'),
    ).toMatchObject({ code: 0 });
    expect(await target('update', 'live', '--unset', 'host')).toMatchObject({ code: 0 });
    expect(await config()).toBe(
      added
        .replace(/\{\r\n\t+"schema": "a=b"\r\n\t+\}/, '{}')
        .replace('"self_approval": false', '"self_approval": true'),
    );
    expect(await targetJson('remove', 'live')).toMatchObject({
      code: 0,
      json: { removed: 'live', outcome: 'changed' },
    });
    expect(await config()).toBe(configText);
  });

  it('are shown with their connection, without what looks like a secret', async () => {
    const environment = { API_PASSWORD: 'hunter2hunter2', REGION: 'eu', KEY: '${secret:KEY}' };
    const server = {
      backend: 'pg',
      host: 'db.example.org',
      database: 'shop',
      username: 'me',
      password: '${env:SHOP_PASSWORD}',
    };
    const live = { kind: 'production', connection_ref: 'pg', environment };
    await projectWith(JSON.stringify({ connections: { pg: server }, targets: { live } }));
    const { json } = await targetJson<{ target: TargetView }>('show', 'live');
    expect(json.target).toEqual({
      id: 'live',
      name: 'live',
      production: true,
      settings: { ...live, environment: { ...environment, API_PASSWORD: '***' } },
      connection: {
        ref: 'pg',
        backend: 'postgresql',
        host: 'db.example.org',
        port: 5432,
        database: 'shop',
        username: 'me',
        password: '${env:SHOP_PASSWORD}',
        sslMode: 'prefer',
      },
    });
    const { stdout } = await target('show', 'live');
    expect(stdout).toMatch(/^live, PRODUCTION\n/);
    expect(stdout).toMatch(/environment\.KEY +\$\{secret:KEY\}\n[\s\S]*Connection pg\n[\s\S]*port +5432\n/);
    expect(stdout).not.toContain('hunter2');
  });

  it('are unknown by any other name, and none becomes production', async () => {
    await projectWith(configText);
    for (const words of [
      ['update', 'stagin', '--host', 'x'],
      ['remove', 'stagin'],
      ['show', 'stagin'],
      ['test', 'stagin'],
    ]) {
      const { code, json } = await targetJson<Refused>(...words);
      expect({ words, code, message: json.error.message }).toEqual({
        words,
        code: 7,
        message: 'There is no target "stagin". Did you mean "staging"? Known targets: staging.',
      });
    }
    expect(await config()).toBe(configText);
  });

  it.each([
    ['a target that is there', ['add', 'staging'], 'TARGET_EXISTS'],
    ['an id that is none', ['add', 'Staging!'], 'BAD_TARGET'],
    ['a connection that is not there', ['add', 'live', '--connection', 'bd'], 'UNKNOWN_CONNECTION'],
    ['an empty name', ['update', 'staging', '--name', ''], 'SCHEMA_VALUE'],
    ['a variable without a value', ['update', 'staging', '--var', 'schema'], 'BAD_ASSIGNMENT'],
    ['a variable that cannot be named so', ['update', 'staging', '--var', '1st=x'], 'SCHEMA_NAME'],
    ['a reference where none is possible', ['update', 'staging', '--var', 'a=${env:X}'], 'SCHEMA_VALUE'],
    ['an address that is none', ['update', 'staging', '--health-url', 'example.org'], 'BAD_ADDRESS'],
    ['a key that is not there', ['update', 'staging', '--unset', 'host'], 'NOTHING_TO_UNSET'],
    ['no change at all', ['update', 'staging'], 'NOTHING_TO_CHANGE'],
    ['an unknown kind', ['add', 'live', '--kind', 'prod'], 'USAGE'],
    ['no approvals', ['add', 'live', '--min-approvals', '0'], 'USAGE'],
  ])('refuse %s and write nothing', async (_name, words, code) => {
    await projectWith(configText);
    const refused = await targetJson<Refused>(...words);
    const { error } = refused.json;
    expect([refused.code, [error.code, ...(error.problems ?? []).map((one) => one.code)]]).toEqual([
      7,
      expect.arrayContaining([code]),
    ]);
    expect(await config()).toBe(configText);
  });

  it('refuse a config that is wrong, with all its problems', async () => {
    const wrong = configText.replace('"kind": "staging"', '"kind": "stage", "hots": "x"');
    await projectWith(wrong);
    const { code, json } = await targetJson<Refused>('add', 'live');
    expect(code).toBe(7);
    expect(json.error.problems?.map((one) => one.code)).toEqual(['SCHEMA_VALUE', 'SCHEMA_UNKNOWN_KEY']);
    expect(await config()).toBe(wrong);
  });

  it('say so where nothing is to be changed, and record nothing', async () => {
    await projectWith(configText);
    const { code, stdout } = await target('update', 'staging', '--kind', 'staging');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing was changed.')]);
    expect(await config()).toBe(configText);
    expect(existsSync(join(project.folder, '.srdeploy/audit.jsonl'))).toBe(false);
  });

  it('stand in the audit log with who changed what, and without values that may be secret', async () => {
    await projectWith(configText);
    await target('add', 'live', '--kind', 'production', '--env', 'API_TOKEN=s3cret-in-clear');
    await target('update', 'live', '--kind', 'staging', '--unset', 'environment.API_TOKEN');
    await target('remove', 'live');
    const text = await project.read('.srdeploy/audit.jsonl');
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const file = 'deploy-config.json';
    expect(entries.map(({ action, target: id, details }) => ({ action, id, details }))).toEqual([
      { action: 'target.added', id: 'live', details: { file, set: ['kind=production', 'environment.API_TOKEN'] } },
      {
        action: 'target.updated',
        id: 'live',
        details: { file, set: ['kind=staging'], unset: ['environment.API_TOKEN'] },
      },
      { action: 'target.removed', id: 'live', details: { file } },
    ]);
    expect(text).not.toContain('s3cret');
    expect(entries[0].by).toMatch(/@/);
  });

  it('stay as they are where it cannot be recorded', async () => {
    await projectWith(configText);
    await mkdir(join(project.folder, '.srdeploy/audit.jsonl'), { recursive: true });
    const { code, json } = await targetJson<Refused>('add', 'live');
    expect([code, json.error.code]).toEqual([10, 'AUDIT_UNWRITABLE']);
    expect(await config()).toBe(configText);
  });

  it('are mirrored into deployment_targets, and a run adds no second row', async () => {
    project = await testProject(planDocument({ steps: [migration('one', 'one.sql')] }), {
      'one.sql': 'CREATE TABLE t (a);',
    });
    await target('add', 'staging', '--type', 'edge_function', '--region', 'eu', '--connection', 'db');
    await target('add', 'local', '--host', 'here');
    expect((await srdeploy(['run', project.plan, '--yes'], { cwd: project.folder })).code).toBe(0);
    const rows = () =>
      rowsIn(
        join(project.folder, '.srdeploy/history.sqlite'),
        'SELECT target_name, target_type, host, region FROM deployment_targets ORDER BY 1',
      );
    const staging = { target_name: 'staging', target_type: 'edge_function', host: null, region: 'eu' };
    expect(await rows()).toEqual([
      { target_name: 'local', target_type: 'database', host: 'here', region: null },
      staging,
    ]);
    await target('remove', 'local');
    expect(await rows()).toEqual([staging]);
  });

  it('are not removed while a run holds them', async () => {
    const pause = { id: 'wait', name: 'Wait', type: 'pause', message: 'Look.' };
    project = await testProject(
      planDocument({ steps: [pause] }),
      {},
      { ...sqliteConfig, targets: { staging: { connection_ref: 'db' } } },
    );
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan, '--yes'], { cwd });
    await run.printed('Look.');
    const { code, json } = await targetJson<Refused>('remove', 'staging');
    expect([code, json.error.code]).toEqual([5, 'TARGET_HELD']);
    expect(json.error.message).toContain('srdeploy lock status staging');
    await srdeploy(['continue', 'latest'], { cwd });
    expect((await run.ended).code).toBe(0);
    expect((await target('remove', 'staging')).code).toBe(0);
  });

  it('are all there when several were added at once', async () => {
    await projectWith(configText);
    const ids = ['t-one', 't-two', 't-three', 't-four'];
    const ended = await Promise.all(ids.map((id) => target('add', id, '--kind', 'local')));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ids.map(() => [0, '']));
    const { json } = await targetJson<{ targets: readonly TargetView[] }>('list');
    expect(json.targets.map(({ id }) => id).sort()).toEqual(['staging', ...ids].sort());
  });

  it('are listed as none where there is no config, and nothing comes into being', async () => {
    await projectWith(undefined);
    expect(await targetJson('list')).toEqual({ code: 0, json: { v: 1, targets: [] } });
    expect(existsSync(join(project.folder, 'deploy-config.json'))).toBe(false);
    await writeFile(join(project.folder, 'deploy-config.json'), Uint8Array.of(0xff, 0xfe, 0x7b, 0));
    const { code, json } = await targetJson<Refused>('add', 'live');
    expect([code, json.error.message]).toEqual([7, expect.stringContaining('UTF-16')]);
    expect(await readFile(join(project.folder, 'deploy-config.json'))).toHaveLength(4);
  });
});
