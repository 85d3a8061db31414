import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import { type RunAnswer, srdeploy, srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
let server: Server | undefined;
afterEach(async () => {
  await project.remove();
  server?.close();
  server = undefined;
});

const sqlite = { db: { backend: 'sqlite', file: 'data.db' } };
const dev = { dev: { connection_ref: 'db', kind: 'development' } };

/** A project with a deploy config and no plan document. */
async function configured(config: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
  project = await testProject('{}', files, { project: 'shop', connections: sqlite, targets: dev, ...config });
}

const options = (env: NodeJS.ProcessEnv = {}) => ({ cwd: project.folder, env });
const run = (...words: string[]) => srdeployJson<RunAnswer>(['run', '--target', 'dev', ...words], options());
const statuses = ({ run }: RunAnswer) =>
  Object.fromEntries(run.operations.filter(({ status }) => status !== 'pending').map(({ id, status }) => [id, status]));

interface PlanAnswer {
  readonly plan: {
    readonly operations: readonly { id: string; type: string; dependsOn: string[]; group?: string; state?: string }[];
    readonly idle?: readonly string[];
    readonly manual?: readonly { database: string; pending?: number }[];
  };
  readonly error?: { readonly code: string; readonly problems: readonly { code: string; message: string }[] };
}
const plan = (...words: string[]) => srdeployJson<PlanAnswer>(['plan', ...words], options());

/** A digest of every file of the project but the store, by its path. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const visit = (at: string) => {
    for (const name of readdirSync(join(folder, at))) {
      const path = join(at, name);
      if (path === '.srdeploy') continue;
      if (statSync(join(folder, path)).isDirectory()) visit(path);
      else
        files[path] = createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex');
    }
  };
  visit('');
  return files;
}

describe('the plan of a deploy config', () => {
  it('has migrations before, groups by order, migrations after, and a health check that waits for everything', async () => {
    await configured(
      {
        groups: [
          { name: 'late', order: 2, deploy_command: 'true' },
          { name: 'tables', order: 1, file_patterns: ['m/*.sql'], pre_deploy: ['true'], post_deploy: ['true'] },
          { name: 'site', order: 1, build_command: 'true', test_command: 'true', deploy_command: 'true' },
        ],
        databases: {
          after: { migrations: { path: 'after', strategy: 'post_deploy' } },
          before: { migrations: { path: 'before', strategy: '' } },
          hand: { migrations: { path: 'hand', strategy: 'manual' } },
        },
        health_check: { url: 'http://127.0.0.1:9/' },
      },
      {
        'm/V10__b.sql': 'CREATE TABLE b (x);',
        'm/V9__a.sql': 'CREATE TABLE a (x);',
        'before/V1__c.sql': 'CREATE TABLE c (x);',
        'after/V1__d.sql': 'CREATE TABLE d (x);',
        'hand/V1__e.sql': 'CREATE TABLE e (x);',
      },
    );
    const { json } = await plan('--target', 'dev');
    expect(json.plan.operations.map(({ id, type, dependsOn }) => [id, type, dependsOn])).toEqual([
      ['before:before/V1__c.sql', 'migration', []],
      ['tables:pre_deploy:1', 'hook', ['before:before/V1__c.sql']],
      ['tables:m/V9__a.sql', 'migration', ['tables:pre_deploy:1']],
      ['tables:m/V10__b.sql', 'migration', ['tables:m/V9__a.sql']],
      ['tables:post_deploy:1', 'hook', ['tables:m/V10__b.sql']],
      ['site:build', 'build', ['before:before/V1__c.sql']],
      ['site:test', 'test', ['site:build']],
      ['site:deploy', 'deploy', ['site:test']],
      ['late:deploy', 'deploy', ['tables:post_deploy:1', 'site:deploy']],
      ['after:after/V1__d.sql', 'migration', ['late:deploy']],
      ['health_check', 'health_check', ['after:after/V1__d.sql']],
    ]);
    expect(json.plan.manual).toMatchObject([{ database: 'hand', pending: 1 }]);
  });

  it('names a group none of whose patterns matches, and calls a file that is named and not there missing', async () => {
    await configured({ groups: [{ name: 'none', file_patterns: ['x/*.sql'], deploy_command: 'true' }] });
    const { json, code } = await plan('--target', 'dev');
    expect([code, json.plan.idle, json.plan.operations]).toEqual([0, ['none'], []]);
    await project.write(
      'deploy-config.json',
      JSON.stringify({ connections: sqlite, targets: dev, groups: [{ name: 'one', file_patterns: ['m/V1.sql'] }] }),
    );
    const missing = await plan('--target', 'dev');
    expect(missing.code).toBe(7);
    expect(missing.json.error?.problems).toMatchObject([
      { code: 'C003', message: expect.stringContaining('m/V1.sql') },
    ]);
  });

  it('refuses a missing and an unknown target with the known ones, and an unknown group with the nearest', async () => {
    await configured({ groups: [{ name: 'site', deploy_command: 'true' }] });
    const without = await plan();
    expect([without.code, without.json.error?.problems[0]?.code]).toEqual([7, 'TARGET_MISSING']);
    expect(without.json.error?.problems[0]?.message).toContain('Known targets: dev.');
    const unknown = await plan('--target', 'prod');
    expect([unknown.code, unknown.json.error?.problems[0]?.code]).toEqual([7, 'UNKNOWN_TARGET']);
    const group = await plan('--target', 'dev', '--group', 'sit');
    expect(group.json.error?.problems).toMatchObject([
      { code: 'UNKNOWN_GROUP', message: 'There is no group "sit". Did you mean "site"?' },
    ]);
  });

  it('of some groups has another digest than the whole, and only their variables are required', async () => {
    await configured({
      groups: [
        { name: 'a', deploy_command: 'true', required_env_vars: ['ONE'] },
        { name: 'b', deploy_command: 'true', required_env_vars: ['TWO', 'THREE'] },
      ],
    });
    const whole = await srdeployJson<{ plan: { digest: string } }>(['plan', '--target', 'dev'], options());
    const part = await srdeployJson<{ plan: { digest: string } }>(
      ['plan', '--target', 'dev', '--group', 'b'],
      options(),
    );
    expect(part.json.plan.digest).not.toBe(whole.json.plan.digest);
    const ran = await srdeploy(['run', '--target', 'dev', '--group', 'b'], options());
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain('srdeploy env set TWO --target dev');
    expect(ran.stderr).toContain('srdeploy env set THREE --target dev');
    expect(ran.stderr).not.toContain('ONE');
    expect((await srdeploy(['run', '--target', 'dev', '--group', 'a'], options({ ONE: '1' }))).code).toBe(0);
  });

  it('refuses a placeholder that has no value, before anything runs', async () => {
    await configured({ groups: [{ name: 'a', pre_deploy: ['echo {file}'], deploy_command: 'touch ran' }] });
    const { code, json } = await run();
    expect(code).toBe(7);
    expect(JSON.stringify(json)).toContain('{file}');
    expect(filesOf(project.folder)).not.toHaveProperty('ran');
  });
});

describe('a run of a deploy config', () => {
  it('runs hooks, migrations, build before test, and each file once, with values as they are', async () => {
    const names = ["it's", 'a b', '$(touch injected)', '`touch injected`', '-rf', 'new\nline', 'x;touch injected', '*'];
    await configured(
      {
        groups: [
          {
            name: 'tables',
            order: 1,
            file_patterns: ['m/*.sql'],
            pre_deploy: ['echo pre >> log'],
            post_deploy: ['echo post >> log'],
          },
          { name: 'site', order: 2, build_command: 'echo build >> log', test_command: 'echo test >> log' },
          {
            name: 'fn',
            order: 3,
            file_patterns: ['fn/{function_name}/index.ts'],
            deploy_command: 'printf "%s|" {file} >> files',
          },
        ],
      },
      {
        'm/V1__a.sql': 'CREATE TABLE a (x integer PRIMARY KEY);',
        'fn/_shared/index.ts': '',
        ...Object.fromEntries(names.map((name) => [`fn/${name}/index.ts`, ''])),
      },
    );
    const { code, json } = await run();
    expect(code, JSON.stringify(json)).toBe(0);
    expect(await project.read('log')).toBe('pre\npost\nbuild\ntest\n');
    expect((await project.read('files')).split('|').slice(0, -1).sort()).toEqual(
      names.map((name) => `fn/${name}/index.ts`).sort(),
    );
    expect(filesOf(project.folder)).not.toHaveProperty('injected');
    expect(rowsIn(join(project.folder, 'data.db'), 'SELECT path FROM srdeploy_migrations')).toEqual([
      { path: 'm/V1__a.sql' },
    ]);
  });

  it('leaves files out whose captured name begins with "_" only where the command asks for that name', async () => {
    await configured(
      {
        groups: [
          { name: 'pages', file_patterns: ['p/*.html'], deploy_command: 'echo {file} >> pages' },
          { name: 'fn', file_patterns: ['f/*.ts'], deploy_command: 'echo {fn_name} >> functions' },
        ],
      },
      { 'p/_part.html': '', 'p/a.html': '', 'f/_shared.ts': '', 'f/b.ts': '' },
    );
    expect((await run()).code).toBe(0);
    expect(await project.read('pages')).toBe('p/_part.html\np/a.html\n');
    expect(await project.read('functions')).toBe('b\n');
  });

  it('changes nothing as a dry run, neither the project nor the target', async () => {
    await configured(
      { groups: [{ name: 'a', file_patterns: ['m/*.sql'], pre_deploy: ['touch ran'] }] },
      { 'm/V1__a.sql': 'CREATE TABLE a (x);' },
    );
    const before = filesOf(project.folder);
    const { code } = await srdeploy(['run', '--target', 'dev', '--dry-run'], options());
    expect(code).toBe(0);
    expect(filesOf(project.folder)).toEqual(before);
  });

  it('runs no hook behind a failed migration, whatever was asked for, and goes on where it is mended', async () => {
    await configured(
      {
        groups: [
          { name: 'a', order: 1, file_patterns: ['m/*.sql'], post_deploy: ['touch post'], continue_on_failure: true },
          { name: 'b', order: 1, deploy_command: 'touch b' },
        ],
      },
      { 'm/V1__a.sql': 'CREATE TABL a (x);' },
    );
    const failed = await run('--continue-on-failure');
    expect([failed.code, statuses(failed.json)]).toEqual([8, { 'a:m/V1__a.sql': 'failed' }]);
    expect(filesOf(project.folder)).not.toHaveProperty('post');
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x);');
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options());
    expect([resumed.code, statuses(resumed.json)]).toEqual([
      0,
      { 'a:m/V1__a.sql': 'succeeded', 'a:post_deploy:1': 'succeeded', 'b:deploy': 'succeeded' },
    ]);
  });

  it('goes on after a failed group with what does not depend on it, and ends as failed', async () => {
    await configured({
      groups: [
        { name: 'bad', order: 1, deploy_command: 'exit 3', post_deploy: ['touch post'], continue_on_failure: true },
        { name: 'good', order: 1, deploy_command: 'touch good' },
        { name: 'behind', order: 2, deploy_command: 'touch behind' },
      ],
      health_check: { url: 'http://127.0.0.1:9/' },
    });
    const { code, json } = await run();
    expect([code, statuses(json)]).toEqual([8, { 'bad:deploy': 'failed', 'good:deploy': 'succeeded' }]);
    expect(Object.keys(filesOf(project.folder))).not.toContain('behind');
    expect(json.run.status).toBe('failed');
  });

  it('runs independent groups beside one another, and no more of them than was asked for', async () => {
    // Each waits until the other has begun: one after the other they would never end.
    const meet = (own: string, other: string) => `touch ${own}; until [ -e ${other} ]; do sleep 0.05; done`;
    await configured({
      groups: [
        { name: 'a', deploy_command: meet('a', 'b'), timeout_sec: 20 },
        { name: 'b', deploy_command: meet('b', 'a'), timeout_sec: 20 },
      ],
    });
    expect((await run('--parallel', '2')).code).toBe(0);
    await configured({
      groups: ['a', 'b', 'c'].map((name) => ({
        name,
        deploy_command: `mkdir lock && sleep 0.1 && rmdir lock`,
      })),
    });
    expect((await run('--parallel', '1')).code).toBe(0);
  });

  it('applies migrations by command once, records them here, and refuses one that was changed since', async () => {
    await configured(
      {
        targets: { dev: { kind: 'development' } },
        groups: [{ name: 'a', file_patterns: ['m/*.sql'], deploy_command: 'cat {file} >> applied' }],
      },
      { 'm/V10__b.sql': 'two\n', 'm/V9__a.sql': 'one\n' },
    );
    expect((await run()).code).toBe(0);
    expect(await project.read('applied')).toBe('one\ntwo\n');
    await project.write('m/V11__c.sql', 'three\n');
    const again = await run();
    expect(statuses(again.json)).toEqual({
      'a:deploy:m/V9__a.sql': 'nothing-to-do',
      'a:deploy:m/V10__b.sql': 'nothing-to-do',
      'a:deploy:m/V11__c.sql': 'succeeded',
    });
    expect(await project.read('applied')).toBe('one\ntwo\nthree\n');
    const { json } = await srdeployJson<{ entries: object[] }>(['migration', 'history', '--target', 'dev'], options());
    expect(json.entries).toHaveLength(3);
    await project.write('m/V9__a.sql', 'other\n');
    const changed = await run();
    expect(changed.code).toBe(7);
    expect(JSON.stringify(changed.json)).toContain('was changed after it was applied');
  });

  it('runs deploy.sh with the target where there are no groups, and says so where there is nothing', async () => {
    await configured({});
    const nothing = await srdeploy(['run', '--target', 'dev'], options());
    expect([nothing.code, nothing.stderr]).toEqual([7, expect.stringContaining('Nothing to deploy')]);
    writeFileSync(join(project.folder, 'deploy.sh'), '#!/bin/sh\necho "$@ $DEPLOYMENT_TARGET" > told\n', {
      mode: 0o755,
    });
    expect((await srdeploy(['run', '--target', 'dev'], options())).code).toBe(0);
    expect(await project.read('told')).toBe('--target dev dev\n');
  });
});

describe('the health check of a deployment', () => {
  /** Answers with these statuses in turn, the last one for ever. */
  async function answering(...given: number[]): Promise<string> {
    const left = [...given];
    server = createServer((_request, response) => {
      response.statusCode = (left.length > 1 ? left.shift() : left[0]) as number;
      response.end('{"status":"ok"}');
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  }
  const checked = async (check: object) => {
    await configured({
      groups: [{ name: 'a', deploy_command: 'true' }],
      health_check: { interval_seconds: 0.05, timeout_seconds: 5, deadline_seconds: 1, ...check },
    });
    const { code, json } = await run('--auto-continue');
    return [code, json.run.operations.find(({ id }) => id === 'health_check')?.error?.code];
  };

  it('waits until the address is healthy', async () => {
    const url = await answering(503, 503, 200);
    expect(await checked({ url, deadline_seconds: 20 })).toEqual([0, undefined]);
  });

  it('fails where answers are wrong, or there are none, each in its own word', async () => {
    expect(await checked({ url: await answering(500), failure_threshold: 2 })).toEqual([8, 'HEALTH_FAILED']);
    expect(await checked({ url: await answering(200), failure_threshold: 2, body: { contains: 'nope' } })).toEqual([
      8,
      'HEALTH_FAILED',
    ]);
    expect(await checked({ url: 'http://127.0.0.1:9/', failure_threshold: 2 })).toEqual([8, 'HEALTH_ERROR']);
  });

  it('proves nothing by answers of both kinds: a person is asked, and where nobody is, it fails', async () => {
    const url = await answering(200, 500, 200, 500, 200, 500, 200, 500, 200, 500, 200, 500, 200, 500, 500);
    expect(await checked({ url, success_threshold: 2 })).toEqual([8, 'HEALTH_INCONCLUSIVE']);
  });

  it('is left out on request', async () => {
    await configured({ groups: [{ name: 'a', deploy_command: 'true' }], health_check: { url: 'http://127.0.0.1:9/' } });
    expect((await run('--no-health-check')).code).toBe(0);
  });
});
