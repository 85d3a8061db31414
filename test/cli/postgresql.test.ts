import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { journalLines, killAtLine, onlyRun } from '../support/kill-run.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { seededRandom } from '../support/random.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  shopProject,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let server: PostgresServer;
let project: TestProject;
let database = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

/** A fresh database for each test. */
async function freshDatabase(): Promise<string> {
  const name = `t${++database}`;
  await query(`CREATE DATABASE ${name}`, server.database);
  return name;
}

async function query(sql: string, name: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.username,
    password: server.password,
    database: name,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const connectionTo = (name: string) => ({
  backend: 'postgresql',
  host: server.host,
  port: server.port,
  database: name,
  username: server.username,
  password: '${env:TEST_DB_PASSWORD}',
});
const configFor = (name: string) => ({ project: 'test', connections: { db: connectionTo(name) }, targets: {} });
const environment = () => ({ TEST_DB_PASSWORD: server.password, SHOP_DB_PASSWORD: server.password });
const onPostgres = (steps: object[], fields: object = {}) =>
  planDocument({
    target_env: { id: 'staging', name: 'Staging', backend: 'postgresql', connection_ref: 'db' },
    steps,
    ...fields,
  });

describe('PostgreSQL', () => {
  it('runs the very plan of the SQLite example with --target, with a real dump', async () => {
    const name = await freshDatabase();
    project = await shopProject();
    const config = JSON.stringify({
      project: 'shop',
      connections: { shop_staging: { backend: 'sqlite', file: 'x.db' }, shop_postgres: connectionTo(name) },
      targets: { postgres: { name: 'PostgreSQL', connection_ref: 'shop_postgres' } },
    });
    await project.write('deploy-config.json', config);
    const options = { cwd: project.folder, env: environment() };
    const failed = await srdeployJson<RunAnswer>(
      ['run', project.plan, '--target', 'postgres', '--auto-continue'],
      options,
    );
    expect(failed.code).toBe(8);
    expect(failed.json.run.operations.find(({ id }) => id === 'totals')?.error).toMatchObject({
      code: 'SQL_ERROR',
      sqlstate: '42703',
      file: 'migrations/V0003__add_order_totals.sql',
      line: 6,
      column: 25,
    });
    await project.write(
      'migrations/V0003__add_order_totals.sql',
      await project.read('mended/V0003__add_order_totals.sql'),
    );
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes', '--auto-continue'], options);
    expect(resumed).toMatchObject({ code: 0, json: { run: { status: 'succeeded', attempt: 2, target: 'postgres' } } });
    expect(await query('SELECT total_cents FROM orders ORDER BY id', name)).toEqual([
      { total_cents: 8980 },
      { total_cents: 1200 },
    ]);
    const dump = join(project.folder, `backups/${resumed.json.run.id}/shop.db`);
    expect(readFileSync(dump).subarray(0, 5).toString()).toBe('PGDMP');
    const status = await srdeployJson<{ migrations: { state: string }[] }>(
      ['migration', 'status', project.plan, '--target', 'postgres'],
      options,
    );
    expect(status.json.migrations.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
  });

  it('streams notices to the log', async () => {
    const name = await freshDatabase();
    project = await testProject(
      onPostgres([migration('s1', 'm/V1__a.sql')]),
      { 'm/V1__a.sql': "DO $$ BEGIN RAISE NOTICE 'half way there'; END $$;" },
      configFor(name),
    );
    const ended = await srdeploy(['run', project.plan], { cwd: project.folder, env: environment() });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('NOTICE: half way there');
  });

  it('ends a step as unknown, with exit 10, when the server is killed in the middle of it; resume settles it from the target', async () => {
    const name = await freshDatabase();
    const scripts = {
      'm/V1__a.sql': 'CREATE TABLE a (x integer);',
      'm/V2__b.sql': 'CREATE TABLE b (x integer);\nSELECT pg_sleep(30);',
    };
    project = await testProject(
      onPostgres([
        migration('s1', 'm/V1__a.sql'),
        migration('s2', 'm/V2__b.sql', { retry: { max: 3, backoff_sec: 0 } }),
      ]),
      scripts,
      configFor(name),
    );
    const options = { cwd: project.folder, env: environment() };
    const run = startSrdeploy(['run', project.plan, '--json'], options);
    await until(
      async () => (await query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'", name)).length > 0,
    );
    await server.kill();
    const ended = await run.ended;
    expect(ended.code).toBe(10);
    const { run: view } = JSON.parse(ended.stdout) as RunAnswer;
    expect(view).toMatchObject({ status: 'failed', resumeFrom: 's2' });
    expect(view.operations.find(({ id }) => id === 's2')).toMatchObject({
      status: 'unknown',
      attempts: 1,
      error: { code: 'CONNECTION_LOST', file: 'm/V2__b.sql' },
    });

    await server.restart();
    await project.write('m/V2__b.sql', scripts['m/V2__b.sql'].replace('30', '0'));
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options);
    expect(resumed).toMatchObject({ code: 0, json: { run: { status: 'succeeded', attempt: 2 } } });
    expect(await query('SELECT path FROM srdeploy_migrations ORDER BY path', name)).toEqual([
      { path: 'm/V1__a.sql' },
      { path: 'm/V2__b.sql' },
    ]);
  });

  it('settles a step that was committed although nobody heard of it, without applying it again', async () => {
    const name = await freshDatabase();
    project = await testProject(
      onPostgres([migration('s1', 'm/V1__a.sql')]),
      { 'm/V1__a.sql': 'CREATE TABLE a (x integer);\nINSERT INTO a VALUES (1);' },
      configFor(name),
    );
    const options = { cwd: project.folder, env: environment() };
    const run = startSrdeploy(['run', project.plan], options);
    await run.printed('check_connection');
    expect((await run.ended).code).toBe(0);
    // The journal as a runner leaves it that died between COMMIT and the line that tells of it.
    const journal = join('.srdeploy/runs', onlyRun(project.folder), 'events.jsonl');
    const lines = (await project.read(journal)).split('\n');
    const cut = lines.findIndex((line) => line.includes('"operation.finished"') && line.includes('"s1"'));
    await project.write(journal, `${lines.slice(0, cut).join('\n')}\n`);
    const shown = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], options);
    expect(shown.json.run.status).toBe('interrupted');
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest'], options);
    expect(resumed.code).toBe(0);
    expect(resumed.json.run.operations.find(({ id }) => id === 's1')).toMatchObject({
      status: 'succeeded',
      detail: expect.stringContaining('settled from the target'),
    });
    expect(await query('SELECT x FROM a', name)).toEqual([{ x: 1 }]);
  });

  it('kill -9 at ten random points of forty migrations: every one is applied exactly once, also while the server still executes', async () => {
    const name = await freshDatabase();
    const numbers = [...Array(40).keys()].map((n) => n + 1);
    const files: Record<string, string> = { 'm/V0__log.sql': 'CREATE TABLE applied (n integer);' };
    for (const n of numbers)
      files[`m/V${n}__x.sql`] =
        `CREATE TABLE t${n} (x integer);\nSELECT pg_sleep(0.03);\nINSERT INTO applied VALUES (${n});`;
    files['m/V20__x.sql'] = 'SELECT pg_sleep(2);\nINSERT INTO applied VALUES (20);';
    project = await testProject(
      onPostgres([migration('s0', 'm/V0__log.sql'), ...numbers.map((n) => migration(`s${n}`, `m/V${n}__x.sql`))]),
      files,
      configFor(name),
    );
    const options = { cwd: project.folder, env: environment() };
    const random = seededRandom(7);
    let started = startSrdeploy(['run', project.plan], options);
    for (let kill = 0; kill < 10; kill++) {
      expect(
        await killAtLine(started, project.folder, journalLines(project.folder) + 4 + Math.floor(random() * 10)),
      ).toBe(true);
      const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], options);
      expect(json.run.status).toBe('interrupted');
      started = startSrdeploy(['resume', 'latest'], options);
    }
    const ended = await started.ended;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect((await query('SELECT n FROM applied ORDER BY n', name)).map(({ n }) => n)).toEqual(numbers);
  }, 120_000);

  it('waits for a server that still executes what a killed runner had sent, and then applies the step once', async () => {
    const name = await freshDatabase();
    const scripts = {
      'm/V1__a.sql': 'CREATE TABLE a (x integer);',
      // A server that does not look whether its client is there.
      'm/V2__b.sql':
        'SET LOCAL client_connection_check_interval = 0;\nCREATE TABLE b (x integer);\nSELECT pg_sleep(6);\nINSERT INTO b VALUES (1);',
    };
    project = await testProject(
      onPostgres([migration('s1', 'm/V1__a.sql'), migration('s2', 'm/V2__b.sql')]),
      scripts,
      configFor(name),
    );
    const options = { cwd: project.folder, env: environment() };
    const run = startSrdeploy(['run', project.plan], options);
    await until(
      async () => (await query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'", name)).length > 0,
    );
    run.child.kill('SIGKILL');
    await run.ended;
    const resumed = await srdeploy(['resume', 'latest'], options);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('Waiting for the lock in the target');
    expect(await query('SELECT x FROM b', name)).toEqual([{ x: 1 }]);
  });

  it('lets no password out: not to a file, a log line or a process argument, also when the server echoes it', async () => {
    const name = await freshDatabase();
    const secret = server.password;
    const echo = `DO $$ BEGIN RAISE NOTICE 'password is %', '${secret}'; END $$;\nDO $$ BEGIN RAISE NOTICE 'encoded %', '${Buffer.from(secret).toString('base64')}'; END $$;\nSELECT pg_sleep(0.5);`;
    const fails = `DO $$ BEGIN RAISE EXCEPTION 'cannot log in with ${secret}' USING HINT = 'try ${secret}'; END $$;`;
    const steps = [
      { id: 'dump', name: 'Dump', type: 'backup', target: 'b/{run_id}/' },
      migration('s1', 'm/V1__a.sql'),
      migration('s2', 'm/V2__b.sql'),
    ];
    project = await testProject(
      onPostgres(steps),
      { 'm/V1__a.sql': 'SELECT 1;', 'm/V2__b.sql': 'SELECT 2;' },
      configFor(name),
    );
    // Written after the plan's text is fixed: the scripts themselves hold the secret, as a careless author's do.
    await project.write('m/V1__a.sql', echo);
    await project.write('m/V2__b.sql', fails);
    const options = { cwd: project.folder, env: environment() };
    const run = startSrdeploy(['run', project.plan], options);
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const line of commandLines()) seen.add(line);
    }, 5);
    const ended = await run.ended;
    clearInterval(watch);
    expect(ended.code).toBe(8);
    expect(ended.stdout).toContain('NOTICE: password is ***');
    expect(ended.stdout).toContain('cannot log in with ***');
    expect([...seen].some((line) => line.includes('pg_dump'))).toBe(true);
    const forms = [secret, Buffer.from(secret).toString('base64').slice(0, -2), Buffer.from(secret).toString('hex')];
    for (const form of forms) {
      expect(ended.stdout + ended.stderr).not.toContain(form);
      expect([...seen].filter((line) => line.includes(form))).toEqual([]);
      for (const file of filesBelow(join(project.folder, '.srdeploy')))
        expect(readFileSync(file).includes(form), file).toBe(false);
    }
    for (const words of [
      ['runs', 'show', 'latest', '--json'],
      ['runs', 'logs', 'latest'],
      ['runs', 'list', '--json'],
    ]) {
      expect((await srdeploy(words, options)).stdout).not.toContain(secret);
    }
  });

  it('says that a server cannot be reached, without a stack and without the password', async () => {
    const connection = { ...connectionTo('nowhere'), port: 1 };
    project = await testProject(
      onPostgres([migration('s1', 'm/V1__a.sql')]),
      { 'm/V1__a.sql': 'SELECT 1;' },
      { connections: { db: connection } },
    );
    const options = { cwd: project.folder, env: environment() };
    const planned = await srdeploy(['plan', project.plan], options);
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('Reached     no:');
    const status = await srdeployJson<{ migrations: { state: string }[] }>(
      ['migration', 'status', project.plan],
      options,
    );
    expect(status).toMatchObject({ code: 10, json: { migrations: [{ state: 'unknown' }] } });
    const run = await srdeployJson<RunAnswer>(['run', project.plan], options);
    expect(run).toMatchObject({ code: 8, json: { run: { status: 'failed', error: { code: 'CONNECT_FAILED' } } } });
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isTrue()); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() > end) throw new Error('It did not come to pass within 20 s.');
  }
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It ended in between.
      }
    });
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
