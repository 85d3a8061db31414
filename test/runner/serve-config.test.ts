import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetId } from '../../core/index.ts';
import { loopbackServer } from '../support/loopback-web.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';
import { type TestProject, testProject } from '../support/srdeploy.ts';

const secret = (name: string): string => `\${secret:${name}}`;
const group = (name: string, order: number, more: object): object => ({ name, order, ...more });

describe('what the process of a window says of a deploy config', () => {
  let serve: ServeProcess;
  let project: TestProject;
  let web: Awaited<ReturnType<typeof loopbackServer>>;
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    serve = startServe();
    web = await loopbackServer(({ headers }, response) => {
      asked.push(headers.authorization);
      response.end('ok');
    });
    const config = {
      project: 'shop',
      connections: { db: { backend: 'sqlite', file: 'data.db' } },
      targets: {
        dev: { name: 'Dev', kind: 'development', connection_ref: 'db' },
        live: {
          kind: 'production',
          health_check: { url: web.origin, headers: { Authorization: secret('TOKEN') } },
          environment: { API_KEY: secret('API_KEY') },
        },
      },
      groups: [
        group('site', 2, { build_command: 'make' }),
        group('tables', 1, { file_patterns: ['db/*.sql'] }),
        group('functions', 2, { file_patterns: ['fn/*'], deploy_command: 'echo {file}', depends_on: ['extras'] }),
        group('extras', 2, { file_patterns: ['extra/*'], deploy_command: 'echo {file}' }),
      ],
      databases: { orders: { migrations: { path: 'orders', strategy: 'manual' } } },
    };
    const tellsWindows = {
      notifications: [
        { type: 'slack', url: web.origin },
        { type: 'vscode', on: ['failed'] },
      ],
    };
    const files = {
      'other.deploy-config.json': '{ "groups": 3 }',
      'told.deploy-config.json': JSON.stringify(tellsWindows),
      'orders/V1__orders.sql': 'SELECT 1;',
    };
    project = await testProject({}, files, config);
  });
  afterAll(async () => {
    await serve.close();
    await web.close();
    await project.remove();
  });
  const ask = async (file?: string) => {
    const answer = await serve.ask('config', { project: project.folder, file });
    return answer.ok ? answer.reply.config : answer.error;
  };

  it('names the groups as they run, each with its kind and place, and the databases', async () => {
    expect(await ask()).toMatchObject({
      file: 'deploy-config.json',
      name: 'shop',
      groups: [
        { name: 'tables', kind: 'migration', patterns: ['db/*.sql'], line: expect.any(Number) },
        { name: 'site', kind: 'build' },
        { name: 'extras', kind: 'deploy' },
        { name: 'functions', kind: 'deploy' },
      ],
      databases: [{ name: 'orders', folder: 'orders', strategy: 'manual' }],
    });
  });

  it('says what the windows are to tell of, and not whom else', async () => {
    expect(await ask()).toMatchObject({ vscodeChannels: [] });
    expect(await ask('told.deploy-config.json')).toMatchObject({ vscodeChannels: [{ on: ['failed'] }] });
    expect(await ask('other.deploy-config.json')).toMatchObject({ vscodeChannels: [] });
  });

  it('says what is wrong with a config, and that one is not there', async () => {
    expect(await ask('other.deploy-config.json')).toMatchObject({ problem: expect.stringContaining('groups') });
    expect(await ask('nowhere/deploy-config.json')).toBeNull();
  });

  it('counts the files of each group that are there now, each once', async () => {
    const ask = () => serve.ask('group-files', { project: project.folder, file: 'deploy-config.json' });
    const none = { site: 0, tables: 0, functions: 0, extras: 0 };
    expect(await ask()).toEqual(expect.objectContaining({ ok: true, reply: { counts: none } }));
    await mkdir(join(project.folder, 'extra'));
    for (const name of ['a', 'b']) await writeFile(join(project.folder, 'extra', name), name);
    expect(await ask()).toEqual(expect.objectContaining({ ok: true, reply: { counts: { ...none, extras: 2 } } }));
    await rm(join(project.folder, 'extra'), { recursive: true });
    const other = await serve.ask('group-files', { project: project.folder, file: 'other.deploy-config.json' });
    expect(other).toEqual(expect.objectContaining({ ok: true, reply: { counts: {} } }));
  });

  it('lists targets with what the config says of them and where, and the connections that they can have', async () => {
    expect(await serve.ask('targets', { project: project.folder })).toMatchObject({
      ok: true,
      reply: {
        file: 'deploy-config.json',
        connections: ['db'],
        targets: [
          { id: 'dev', name: 'Dev', production: false, settings: { kind: 'development' }, line: 10 },
          { id: 'live', production: true },
        ],
      },
    });
  });

  it('tests a target with the secrets of the window, which it names before', async () => {
    const target = targetId('live');
    expect(await serve.ask('target-secrets', { project: project.folder, target })).toMatchObject({
      ok: true,
      reply: { secrets: ['API_KEY', 'TOKEN'] },
    });
    const secrets = { API_KEY: 'an-api-key', TOKEN: 'Bearer t0ken' };
    const tested = await serve.ask('target-test', { project: project.folder, target, timeoutMs: 5_000, secrets });
    expect(tested).toMatchObject({ ok: true, reply: { probes: [{ way: 'web', outcome: 'reached' }] } });
    expect(asked).toEqual(['Bearer t0ken']);
  });

  it('plans only the groups that are asked for', async () => {
    const request = { project: project.folder, file: 'deploy-config.json', target: targetId('dev'), secrets: {} };
    const planned = await serve.ask('plan', { ...request, groups: ['site'] });
    expect(planned.ok && [planned.reply.plan.scope, planned.reply.operations.length]).toEqual([['site'], 1]);
    const whole = await serve.ask('plan', { ...request, groups: [] });
    expect(whole.ok && whole.reply.plan.scope).toEqual([]);
  });
});
