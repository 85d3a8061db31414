import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailServer } from '../support/mail-server.ts';
import {
  migration,
  planDocument,
  sqliteConfig,
  srdeploy,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { selfSignedCertificate } from '../support/tls-files.ts';
import { type WebhookServer, webhookServer } from '../support/webhook-server.ts';

const files = { 'db/V1__orders.sql': 'CREATE TABLE orders (id INTEGER);\n' };
const broken = { 'db/V1__orders.sql': 'INSERT INTO nowhere VALUES (1);\n' };
const plan = planDocument({ name: 'Release <1.4> & more', steps: [migration('orders', 'db/V1__orders.sql')] });

let project: TestProject;
let hook: WebhookServer;
beforeEach(async () => {
  hook = await webhookServer(200);
});
afterEach(async () => {
  await hook.close();
  await project.remove();
});

const begin = async (scripts: Readonly<Record<string, string>>, notifications: readonly object[], document = plan) => {
  project = await testProject(document, scripts, { ...sqliteConfig, notifications });
};
const run = (env: NodeJS.ProcessEnv = {}, ...words: readonly string[]) =>
  srdeploy(['run', project.plan, ...words], { cwd: project.folder, env });
const bodiesOf = ({ requests }: WebhookServer) =>
  requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('a run of a project whose config has notifications', () => {
  it('tells that it started and how it ended, and that it was resumed', async () => {
    await begin(broken, [{ type: 'webhook', url: '${secret:HOOK}', secret: '${env:KEY}' }]);
    const env = { SRDEPLOY_SECRET_HOOK: hook.url, KEY: 'the signing key' };
    expect((await run(env)).code).toBe(8);
    await project.write('db/V1__orders.sql', files['db/V1__orders.sql']);
    const resumed = await srdeploy(['resume', 'latest', '--yes'], { cwd: project.folder, env });
    expect(resumed.code).toBe(0);
    const bodies = bodiesOf(hook);
    expect(bodies.map(({ event, attempt, target }) => [event, attempt, target])).toEqual([
      ['started', 1, 'staging'],
      ['failed', 1, 'staging'],
      ['started', 2, 'staging'],
      ['succeeded', 2, 'staging'],
    ]);
    expect(bodies[1]).toMatchObject({
      plan: { name: 'Release <1.4> & more', file: project.plan },
      failure: { operation: 'orders', message: expect.stringContaining('no such table') },
      next: `srdeploy resume ${bodies[0]?.run}`,
    });
    expect(hook.requests.every(({ headers }) => headers['x-srdeploy-signature'] !== undefined)).toBe(true);
  });

  it('ends as it would without them where nobody can be told, with a warning that holds nothing secret', async () => {
    await hook.close();
    hook = await webhookServer(404);
    await begin(files, [
      { type: 'slack', url: '${secret:HOOK}', on: ['succeeded'] },
      { type: 'slack', url: '${secret:UNSET}' },
    ]);
    const secret = `${hook.url}services/T000/secret-path`;
    const ended = await run({ SRDEPLOY_SECRET_HOOK: secret }, '--json');
    expect(ended.code).toBe(0);
    expect((JSON.parse(ended.stdout) as { run: { status: string } }).run.status).toBe('succeeded');
    expect(ended.stderr).toContain('warning NOTIFICATION_UNSET Notification 2 of the deploy config (slack)');
    expect(ended.stderr).toMatch(/warning NOTIFICATION_FAILED .* 127\.0\.0\.1:\d+ answered 404\./);
    expect(ended.stderr + ended.stdout).not.toContain('secret-path');
  });

  it('sends nothing for the windows of VS Code, which tell by themselves, and warns of nothing', async () => {
    await begin(files, [
      { type: 'vscode', on: ['succeeded'] },
      { type: 'webhook', url: hook.url, on: ['succeeded'] },
    ]);
    const ended = await run();
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(bodiesOf(hook).map(({ event }) => event)).toEqual(['succeeded']);
  });

  it('masks the address and the key in what its commands print', async () => {
    const step = { id: 'print', name: 'Print', type: 'command', command: 'echo "$HOOK_COPY and $KEY_COPY"' };
    await begin(
      {},
      [{ type: 'webhook', url: '${secret:HOOK}', secret: '${secret:KEY}' }],
      planDocument({ version: '1.1', steps: [step] }),
    );
    const env = { SRDEPLOY_SECRET_HOOK: `${hook.url}hidden-part-of-it`, SRDEPLOY_SECRET_KEY: 'the signing key' };
    const copies = { HOOK_COPY: '/hidden-part-of-it', KEY_COPY: 'the signing key' };
    const ended = await run({ ...env, ...copies });
    expect(ended.stdout).toContain('/*** and ***');
    expect(ended.stdout + ended.stderr).not.toMatch(/hidden-part|signing key/);
  });

  it('tells that it waits at a pause, and goes on', async () => {
    const pause = { id: 'look', name: 'Look', type: 'pause', message: 'Look at the orders.' };
    await begin(files, [{ type: 'webhook', url: hook.url, on: ['waiting'] }], planDocument({ steps: [pause] }));
    const running = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await hook.received(1);
    const [body] = bodiesOf(hook);
    expect(body).toMatchObject({ event: 'waiting', waiting: { reason: 'pause', message: 'Look at the orders.' } });
    const [program = '', ...words] = String(body?.next).split(' ');
    expect(program).toBe('srdeploy');
    expect((await srdeploy(words, { cwd: project.folder })).code).toBe(0);
    expect((await running.ended).code).toBe(0);
    expect(hook.requests.length).toBe(1);
  });

  it('tells from a process of its own as well', async () => {
    await begin(files, [{ type: 'webhook', url: hook.url }]);
    expect((await run({}, '--detach')).code).toBe(0);
    await hook.received(2);
    expect(bodiesOf(hook).map(({ event }) => event)).toEqual(['started', 'succeeded']);
    // It saves the history behind the message.
    await rm(project.folder, { recursive: true, maxRetries: 20 });
  });

  it('sends an e-mail over TLS, logged in', async () => {
    const { file, cert, key } = selfSignedCertificate(await temporaryFolder());
    const mail = await mailServer({ login: 'user:pass-word', server: { secure: true, cert, key } });
    const email = { type: 'email', smtp: '${secret:SMTP}', from: 'deploy@example.org', to: ['team@example.org'] };
    await begin(files, [{ ...email, on: ['succeeded'] }]);
    const smtp = `smtps://user:pass-word@127.0.0.1:${mail.port}`;
    const ended = await run({ SRDEPLOY_SECRET_SMTP: smtp, NODE_EXTRA_CA_CERTS: file });
    await mail.close();
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(mail.mails.map(({ login, secure, to }) => [login, secure, to])).toEqual([
      ['user:pass-word', true, ['team@example.org']],
    ]);
    expect(mail.mails[0]?.raw).toContain('Subject: Deployment succeeded: Release <1.4> & more on staging\r\n');
  });
});

it('a rollback tells that it took back what was applied, and a change of what is recorded tells nothing', async () => {
  const scripts = { ...files, 'db/R1__orders.sql': 'DROP TABLE orders;\n' };
  const step = migration('orders', 'db/V1__orders.sql', { rollback: 'db/R1__orders.sql' });
  project = await testProject(planDocument({ steps: [step] }), scripts, {
    ...sqliteConfig,
    targets: { staging: { connection_ref: 'db' } },
    notifications: [{ type: 'webhook', url: hook.url }],
  });
  const options = { cwd: project.folder };
  expect((await run()).code).toBe(0);
  expect((await srdeploy(['rollback', 'latest', '--yes'], options)).code).toBe(0);
  const told = bodiesOf(hook);
  expect(told.map(({ event }) => event)).toEqual(['started', 'succeeded', 'started', 'rolled_back']);
  expect(told[3]?.rollsBack).toBe(told[0]?.run);
  const words = ['migration', 'mark-applied', 'db', '--target', 'staging', '--to', '1', '--reason', 'by hand', '--yes'];
  expect((await srdeploy(words, options)).code).toBe(0);
  expect(hook.requests.length).toBe(4);
});

it('a fleet tells of each of its runs', async () => {
  const targets = { 'tenant-1': { connection_ref: 'db' }, 'tenant-2': { connection_ref: 'db2' } };
  const connections = { ...sqliteConfig.connections, db2: { backend: 'sqlite', file: 'data2.db' } };
  const notifications = [{ type: 'webhook', url: hook.url, on: ['succeeded'] }];
  project = await testProject(plan, files, { ...sqliteConfig, targets, connections, notifications });
  const ended = await run({}, '--targets', 'tenant-1,tenant-2');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(bodiesOf(hook).map(({ event, target }) => [event, target])).toEqual([
    ['succeeded', 'tenant-1'],
    ['succeeded', 'tenant-2'],
  ]);
});
