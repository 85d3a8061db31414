import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loopbackServer } from '../support/loopback-web.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  planDocument,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';
import { selfSignedCertificate } from '../support/tls-files.ts';

let server: PostgresServer;
let project: TestProject;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

interface Probe {
  readonly way: string;
  readonly at: string;
  readonly outcome: string;
  readonly latencyMs?: number;
  readonly detail: string;
}
interface Answer {
  readonly target: string;
  readonly probes: readonly Probe[];
  readonly error: { readonly code: string; readonly problems: readonly { code: string; message: string }[] };
}

/** A project with the target `live`. */
async function projectOf(live: object, more: object = {}): Promise<void> {
  const config = {
    connections: { pg: postgres(), file: { backend: 'sqlite', file: 'data/shop.db' } },
    targets: { live },
    ...more,
  };
  project = await testProject(planDocument(), {}, config);
}

const postgres = (changes: object = {}) => ({
  backend: 'postgresql',
  host: server.host,
  port: server.port,
  database: server.database,
  username: server.username,
  password: '${env:TEST_DB_PASSWORD}',
  ...changes,
});

const test = (words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  srdeployJson<Answer>(['target', 'test', 'live', ...words], {
    cwd: project.folder,
    env: { TEST_DB_PASSWORD: server.password, ...env },
  });

/** An address at which nothing listens. */
async function nobody(): Promise<string> {
  const gone = await loopbackServer(() => undefined);
  await gone.close();
  return gone.origin;
}

describe('the test of a target', () => {
  it('tries everything that leads to it, and says how long each took and what the server is', async () => {
    const asked: unknown[] = [];
    const web = await loopbackServer(({ url, method, headers }, response) => {
      asked.push([method, url, headers.authorization]);
      response.end('{"status":"ok"}');
    });
    const health_check = {
      url: '${ORIGIN}/health',
      headers: { Authorization: '${secret:HEALTH_TOKEN}' },
      body: { contains: '"ok"' },
    };
    const environment = { ORIGIN: web.origin, GREETING: 'hello' };
    const test_command = 'test "$GREETING $SRDEPLOY_TARGET $DEPLOYMENT_TARGET" = "hello live live"';
    await projectOf({ kind: 'production', connection_ref: 'pg', health_check, environment, test_command });
    const { code, json } = await test([], { SRDEPLOY_SECRET_HEALTH_TOKEN: 'Bearer t0ken' });
    expect(json.probes).toMatchObject([
      {
        way: 'database',
        outcome: 'reached',
        at: `127.0.0.1:${server.port}/postgres`,
        detail: expect.stringMatching(/^postgresql .*\d+\.\d+.*; connected in \d+\.\d ms$/),
      },
      { way: 'web', outcome: 'reached', at: '${ORIGIN}/health', detail: 'status 200, healthy' },
      { way: 'command', outcome: 'reached', detail: 'exited with 0' },
    ]);
    for (const { latencyMs } of json.probes) expect(latencyMs).toBe(Math.round((latencyMs ?? Number.NaN) * 10) / 10);
    expect([code, asked]).toEqual([0, [['GET', '/health', 'Bearer t0ken']]]);
    const { stdout } = await srdeploy(['target', 'test', 'live'], {
      cwd: project.folder,
      env: { TEST_DB_PASSWORD: server.password, SRDEPLOY_SECRET_HEALTH_TOKEN: 'Bearer t0ken' },
    });
    expect(stdout).toMatch(
      /^Database +reached +\d+\.\d ms +127[^\n]*\nWeb +reached +\d+\.\d ms [^\n]*\nCommand +reached +\d+\.\d ms [^\n]*\n$/,
    );
  });

  it('leaves a PostgreSQL database without a history table', async () => {
    await projectOf({ connection_ref: 'pg' });
    expect((await test()).code).toBe(0);
    const client = new pg.Client({ ...postgres(), user: server.username, password: server.password });
    await client.connect();
    const { rows } = await client.query("SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'");
    await client.end();
    expect(rows).toEqual([{ n: 0 }]);
    expect(existsSync(join(project.folder, '.srdeploy'))).toBe(false);
  });

  it('tells that a SQLite file is not there yet and makes none, and changes none that is there', async () => {
    await projectOf({ connection_ref: 'file' });
    const missing = await test();
    expect([missing.code, missing.json.probes]).toEqual([
      10,
      [
        {
          way: 'database',
          at: 'data/shop.db',
          outcome: 'unreachable',
          detail: 'data/shop.db does not exist yet; the first run makes it.',
        },
      ],
    ]);
    expect(existsSync(join(project.folder, 'data'))).toBe(false);
    await project.write('data/.keep', '');
    rowsIn(join(project.folder, 'data/shop.db'), 'CREATE TABLE t (a)');
    const found = await test();
    expect(found).toMatchObject({
      code: 0,
      json: { probes: [{ outcome: 'reached', detail: expect.stringMatching(/^sqlite .*3\.\d+/) }] },
    });
    expect(rowsIn(join(project.folder, 'data/shop.db'), 'SELECT name FROM sqlite_schema')).toEqual([{ name: 't' }]);
    expect(readdirSync(join(project.folder, 'data')).sort()).toEqual(['.keep', 'shop.db']);
  });

  it('shows no password, also where the server refuses it', async () => {
    await projectOf({ connection_ref: 'pg' });
    const password = 'wr0ng-pa55word';
    const { code, json } = await test([], { TEST_DB_PASSWORD: password });
    expect([code, json.probes[0]]).toEqual([
      10,
      expect.objectContaining({
        outcome: 'unreachable',
        detail: expect.stringContaining('password authentication failed'),
      }),
    ]);
    expect(JSON.stringify(json)).not.toContain(password);
  });

  it('says that nobody is there: exit 10, and goes on with the next way', async () => {
    const gone = await nobody();
    await projectOf(
      { connection_ref: 'gone', health_check: { url: `${gone}/health` }, test_command: ['true'] },
      { connections: { gone: postgres({ port: Number(new URL(gone).port) }) } },
    );
    const { code, json } = await test();
    expect(json.probes).toMatchObject([
      { way: 'database', outcome: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') },
      { way: 'web', outcome: 'unreachable', detail: expect.stringMatching(/^nothing listens there/) },
      { way: 'command', outcome: 'reached' },
    ]);
    expect([code, json.probes.map(({ latencyMs }) => latencyMs !== undefined)]).toEqual([10, [false, false, true]]);
  });

  it('says that an answer is not healthy, or that the command failed: exit 8', async () => {
    const web = await loopbackServer((_request, response) => response.writeHead(503).end());
    await projectOf({ health_check: { url: web.origin, expected_status: [200, 204] } });
    expect(await test()).toMatchObject({
      code: 8,
      json: { probes: [{ outcome: 'failed', detail: 'status 503 instead of 200 or 204' }] },
    });
    await project.remove();
    const environment = { TOKEN: '${secret:LIVE_TOKEN}' };
    await projectOf({ environment, test_command: 'echo begin; echo "no way: $TOKEN" >&2; exit 3' });
    const failed = await test([], { SRDEPLOY_SECRET_LIVE_TOKEN: 'hush-hush-hush' });
    expect(failed).toMatchObject({
      code: 8,
      json: { probes: [{ outcome: 'failed', detail: 'exited with 3: no way: ***' }] },
    });
    await project.remove();
    await projectOf({ test_command: ['no-such-program-at-all'] });
    expect(await test()).toMatchObject({
      code: 8,
      json: { probes: [{ outcome: 'failed', detail: expect.stringContaining('could not be started') }] },
    });
  });

  it('takes any answer for one where the host is an address, and asks no other host', async () => {
    const web = await loopbackServer((_request, response) => response.writeHead(404).end());
    await projectOf({ host: web.origin });
    expect(await test()).toMatchObject({
      code: 0,
      json: { probes: [{ way: 'web', outcome: 'reached', detail: 'status 404' }] },
    });
    await project.remove();
    await projectOf({ host: 'db.example.org' });
    const { code, json } = await test();
    expect([code, json.error.problems.map((one) => one.code)]).toEqual([7, ['NOTHING_TO_TEST']]);
  });

  it('speaks to an encrypted server only where somebody vouches for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'srdeploy-tls-'));
    const certificate = selfSignedCertificate(folder);
    const web = await loopbackServer((_request, response) => response.end('ok'), certificate);
    await projectOf({ health_check: { url: web.origin } });
    expect(await test()).toMatchObject({
      code: 10,
      json: {
        probes: [
          {
            outcome: 'unreachable',
            detail: expect.stringMatching(/^the encrypted connection was not made: self-signed/),
          },
        ],
      },
    });
    expect(await test([], { NODE_EXTRA_CA_CERTS: certificate.file })).toMatchObject({ code: 0 });
  });

  it('gives up on each way after the time that it is given', async () => {
    const web = await loopbackServer(() => undefined);
    await projectOf({ health_check: { url: web.origin }, test_command: 'sleep 600' });
    const { code, json } = await test(['--timeout', '0.5']);
    expect(json.probes).toMatchObject([
      { outcome: 'unreachable', detail: expect.stringMatching(/^it took too long: .*0\.5 s/) },
      { outcome: 'failed', detail: 'took longer than 0.5 s, and was ended' },
    ]);
    expect(code).toBe(10);
  });

  it('is cancelled by Ctrl-C and ends the command with everything that it started', async () => {
    await projectOf({ test_command: 'echo $$ > pid; sleep 600 & sleep 600' });
    const started = startSrdeploy(['target', 'test', 'live', '--json'], { cwd: project.folder });
    const pid = join(project.folder, 'pid');
    await expect.poll(() => existsSync(pid) && project.read('pid'), { timeout: 20_000 }).toMatch(/\d/);
    started.child.kill('SIGINT');
    const { code, stdout } = await started.ended;
    expect([code, JSON.parse(stdout).probes]).toMatchObject([9, [{ outcome: 'cancelled' }]]);
    expect(existsSync(`/proc/${(await project.read('pid')).trim()}`)).toBe(false);
  });

  it('names every value that is missing, before anything is tried', async () => {
    const health_check = { url: 'https://${API_HOST}/health', headers: { Authorization: '${secret:HEALTH_TOKEN}' } };
    await projectOf({ connection_ref: 'pg', health_check, test_command: 'touch tried' });
    const { code, json } = await test([], { TEST_DB_PASSWORD: '' });
    expect(code).toBe(7);
    expect(json.error.problems.map(({ code: one, message }) => [one, /[A-Z_]{6,}/.exec(message)?.[0]])).toEqual([
      ['MISSING_VARIABLE', 'TEST_DB_PASSWORD'],
      ['MISSING_VARIABLE', 'API_HOST'],
      ['MISSING_VARIABLE', 'HEALTH_TOKEN'],
    ]);
    for (const { message } of json.error.problems) expect(message).toMatch(/srdeploy env set \w+ --target live/);
    expect(existsSync(join(project.folder, 'tried'))).toBe(false);
  });

  it('takes values that were stored for the target', async () => {
    await projectOf({ connection_ref: 'pg' });
    const env = { XDG_CONFIG_HOME: join(project.folder, 'home') };
    const set = ['env', 'set', 'TEST_DB_PASSWORD', server.password, '--target', 'live'];
    expect(await srdeploy(set, { cwd: project.folder, env })).toMatchObject({ code: 0 });
    expect(await test([], { ...env, TEST_DB_PASSWORD: undefined })).toMatchObject({
      code: 0,
      json: { probes: [{ outcome: 'reached' }] },
    });
  });
});
