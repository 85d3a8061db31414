import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { openSqlite, rowsIn } from '../support/sqlite-file.ts';
import {
  cliBundle,
  type Ended,
  type RunAnswer,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let server: PostgresServer;
let project: TestProject;
let count = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** With a character that an address must encode, so that it is looked for in both forms. */
const password = 'p/ss:w@rd-of-reports';
const database = () => `d${count}`;

beforeEach(async () => {
  count += 1;
  await query(`CREATE DATABASE ${database()}`, server.database);
  await query(
    `DO $$ BEGIN CREATE ROLE reporter LOGIN SUPERUSER PASSWORD '${password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    server.database,
  );
});
afterEach(() => project.remove());

async function query(sql: string, name = database()): Promise<Record<string, unknown>[]> {
  const { host, port, username: user } = server;
  const client = new pg.Client({ host, port, user, password: server.password, database: name });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const address = () =>
  `postgresql://reporter:${encodeURIComponent(password)}@${server.host}:${server.port}/${database()}?sslmode=prefer`;

const files = {
  'app/V1__orders.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY) STRICT;',
  'app/R1__orders.sql': 'DROP TABLE orders;',
  'reports/V1__sums.sql': 'CREATE TABLE sums (id serial PRIMARY KEY);\nDO $$ BEGIN PERFORM 1; END $$;',
  'reports/R1__sums.sql': 'DROP TABLE sums;',
  'reports/V2__days.sql': 'CREATE TABLE days (day date);',
  'reports/R2__days.sql': 'DROP TABLE days;',
};

/** A SQLite file as the target's own database, and PostgreSQL behind an address beside it. */
async function configured(changes: object = {}, more: Readonly<Record<string, string>> = {}): Promise<void> {
  project = await testProject(
    '{}',
    { ...files, ...more },
    {
      project: 'shop',
      connections: { own: { backend: 'sqlite', file: 'app.db' } },
      targets: { staging: { connection_ref: 'own', kind: 'staging' } },
      groups: [{ name: 'tables', file_patterns: ['app/*.sql'] }],
      databases: {
        reports: { connection_env: 'REPORTS_URL', migrations: { path: 'reports', strategy: 'post_deploy' } },
      },
      ...changes,
    },
  );
}

const options = (env: NodeJS.ProcessEnv = { REPORTS_URL: address() }) => ({ cwd: project.folder, env });
const said: Ended[] = [];

async function cli(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  const ended = await srdeploy(words, options(env));
  said.push(ended);
  return ended;
}
const run = (...words: string[]) => srdeployJson<RunAnswer>(['run', '--target', 'staging', ...words], options());

interface PlanAnswer {
  readonly plan: {
    readonly digest: string;
    readonly reached: { readonly type: string };
    readonly databases?: readonly { name: string; reached: { type: string; message?: string } }[];
    readonly operations: readonly { id: string; database?: string; state?: string }[];
    readonly manual?: readonly { database: string; pending?: number; command: string }[];
  };
  readonly dangers: readonly { operation: string }[];
  readonly error?: { readonly code: string; readonly problems: readonly { code: string; message: string }[] };
}
const plan = (env?: NodeJS.ProcessEnv, ...words: string[]) =>
  srdeployJson<PlanAnswer>(['plan', '--target', 'staging', ...words], options(env));
const statesOf = ({ plan }: PlanAnswer) => plan.operations.map(({ id, database, state }) => [id, database, state]);

const inReports = async () =>
  (await query('SELECT path, status FROM srdeploy_migrations ORDER BY path')).map(({ path, status }) => [path, status]);
const inApp = () =>
  rowsIn(join(project.folder, 'app.db'), 'SELECT path, status FROM srdeploy_migrations ORDER BY path').map(
    ({ path, status }) => [path, status],
  );

/** Everything below the store, as text. */
function storeText(folder = join(project.folder, '.srdeploy')): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? storeText(path) : readFileSync(path, 'latin1')))
    .join('\n');
}

function expectNoSecret(text: string): void {
  expect(text).not.toContain(password);
  expect(text).not.toContain(encodeURIComponent(password));
}

describe('a config with a database beside the target’s own', () => {
  it('is planned with each database’s dialect, and says where a migration goes', async () => {
    await configured();
    const { code, json } = await plan();
    expect(code).toBe(0);
    expect(statesOf(json)).toEqual([
      ['tables:app/V1__orders.sql', undefined, 'pending'],
      ['reports:reports/V1__sums.sql', 'reports', 'pending'],
      ['reports:reports/V2__days.sql', 'reports', 'pending'],
    ]);
    expect(json.plan.databases).toMatchObject([{ name: 'reports', reached: { type: 'yes' } }]);
    const text = (await cli(['plan', '--target', 'staging'])).stdout;
    expect(text).toContain('Database    reports: postgresql, at the address in REPORTS_URL');
    expect(text).toContain('reports/V1__sums.sql on reports');
    expect(text).not.toContain('orders.sql on');
    const markdown = (await cli(['plan', '--target', 'staging', '--format', 'markdown'])).stdout;
    expect(markdown).toContain('Sums on reports');
    expectNoSecret(said.map(({ stdout, stderr }) => stdout + stderr).join('\n'));
  });

  it('is run on both, each with its own history, and what is applied is known to each', async () => {
    await configured();
    const { code, json } = await run();
    expect([code, json.run.status]).toEqual([0, 'succeeded']);
    expect(inApp()).toEqual([['app/V1__orders.sql', 'succeeded']]);
    expect(await inReports()).toEqual([
      ['reports/V1__sums.sql', 'succeeded'],
      ['reports/V2__days.sql', 'succeeded'],
    ]);
    expect(statesOf((await plan()).json).map(([, , state]) => state)).toEqual(['applied', 'applied', 'applied']);
    const again = await run();
    expect(again.json.run.operations.map(({ status }) => status)).toEqual([
      'nothing-to-do',
      'nothing-to-do',
      'nothing-to-do',
    ]);
    const history = await srdeployJson<{ entries: { target: string; file: string }[] }>(
      ['migration', 'history', '--target', 'staging'],
      options(),
    );
    expect(history.json.entries.map(({ target, file }) => [target, file]).sort()).toEqual([
      ['staging', 'app/V1__orders.sql'],
      ['staging/reports', 'reports/V1__sums.sql'],
      ['staging/reports', 'reports/V2__days.sql'],
    ]);
    const text = (await cli(['migration', 'history', '--target', 'staging', '--database', 'reports'])).stdout;
    expect(text).toContain('reports/V1__sums.sql');
    expect(text).not.toContain('orders');
  });

  it('stops at a migration that fails in the second database, keeps the first, and goes on there once it is mended', async () => {
    await configured({}, { 'reports/V2__days.sql': 'CREATE TABLE days (day no_such_type);' });
    const first = await run();
    expect([first.code, first.json.run.status]).toEqual([8, 'failed']);
    expect(first.json.run.operations.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'failed']);
    expect(await inReports()).toEqual([['reports/V1__sums.sql', 'succeeded']]);
    expect(inApp()).toHaveLength(1);
    await project.write('reports/V2__days.sql', files['reports/V2__days.sql']);
    const resumed = await cli(['resume', 'latest', '--yes']);
    expect(resumed.stdout).toContain('Days on reports');
    expect(resumed.code).toBe(0);
    expect(await inReports()).toHaveLength(2);
  });

  it('is taken back in both by a rollback, last things first, also where the config says what the variable is', async () => {
    await configured({
      targets: { staging: { connection_ref: 'own', kind: 'staging', environment: { REPORTS_URL: '${env:REAL_URL}' } } },
    });
    const env = { REAL_URL: address() };
    const run = () => srdeployJson<RunAnswer>(['run', '--target', 'staging'], options(env));
    expect((await run()).json.run.status).toBe('succeeded');
    const back = await srdeployJson<RunAnswer>(['rollback', 'latest', '--yes'], options(env));
    expect([back.code, back.json.run.status]).toEqual([0, 'rolled_back']);
    expect(back.json.run.operations.map(({ id }) => id)).toEqual([
      'reports:reports/V2__days.sql',
      'reports:reports/V1__sums.sql',
      'tables:app/V1__orders.sql',
    ]);
    expect((await inReports()).map(([, status]) => status)).toEqual(['rolled_back', 'rolled_back']);
    expect(inApp()).toEqual([['app/V1__orders.sql', 'rolled_back']]);
    expect(await query("SELECT to_regclass('sums') AS sums, to_regclass('days') AS days")).toEqual([
      { sums: null, days: null },
    ]);
    expect((await run()).json.run.status).toBe('succeeded');
  });

  it('changes nothing anywhere where one of the databases does not answer, and says which', async () => {
    await configured();
    const nowhere = { REPORTS_URL: `postgresql://reporter:${encodeURIComponent(password)}@127.0.0.1:9/none` };
    const looked = await plan(nowhere);
    expect(looked.json.plan.reached.type).toBe('yes');
    expect(looked.json.plan.databases).toMatchObject([{ name: 'reports', reached: { type: 'no' } }]);
    expect(statesOf(looked.json).map(([, , state]) => state)).toEqual(['pending', 'unknown', 'unknown']);
    const ran = await cli(['run', '--target', 'staging'], nowhere);
    expect(ran.code).toBe(8);
    expect(ran.stdout).toMatch(/CONNECT_FAILED reports: /);
    expect(() => rowsIn(join(project.folder, 'app.db'), 'SELECT * FROM srdeploy_migrations')).toThrow();
  });

  it('has its address and password in no file of the store and in nothing that is printed', async () => {
    await configured({
      groups: [{ name: 'tables', order: 1, file_patterns: ['app/*.sql'], post_deploy: ['env | sort'] }],
    });
    await project.write(
      'reports/V2__days.sql',
      `DO $$ BEGIN RAISE NOTICE 'it is ${password}'; END $$;\nSELECT nothing;`,
    );
    said.length = 0;
    await cli(['plan', '--target', 'staging', '--json']);
    await cli(['run', '--target', 'staging']);
    await cli(['run', '--target', 'staging', '--events']);
    await cli(['runs', 'logs', 'latest']);
    await cli(['run', '--target', 'staging'], { REPORTS_URL: address().replace(database(), 'no_such_database') });
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join('')).toContain('reports/V2__days.sql');
    expectNoSecret(said.map(({ stdout, stderr }) => stdout + stderr).join('\n'));
    expectNoSecret(storeText());
  });

  it('runs side by side in both and takes both locks before either is written', async () => {
    await configured({
      groups: [
        { name: 'tables', file_patterns: ['app/*.sql'] },
        { name: 'sums', connection_ref: 'pg', file_patterns: ['reports/*.sql'] },
      ],
      connections: {
        own: { backend: 'sqlite', file: 'app.db' },
        pg: {
          backend: 'postgresql',
          host: server.host,
          port: server.port,
          database: database(),
          username: 'reporter',
          password: '${env:REPORTS_PASSWORD}',
        },
      },
      databases: {},
    });
    const env = { REPORTS_PASSWORD: password };
    const holder = new pg.Client({
      host: server.host,
      port: server.port,
      user: server.username,
      password: server.password,
      database: database(),
    });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${0x5352_4450}, hashtext('shop'))`);
    const running = startSrdeploy(['run', '--target', 'staging', '--parallel', '2'], options(env));
    try {
      await running.printed('Waiting for the lock in pg');
      const app = openSqlite(join(project.folder, 'app.db'));
      expect(
        app.prepare("SELECT name FROM sqlite_schema WHERE name IN ('orders', 'srdeploy_migrations')").all(),
      ).toEqual([]);
      app.close();
    } finally {
      await holder.end();
    }
    expect((await running.ended).code).toBe(0);
    expect(inApp()).toHaveLength(1);
    expect(await inReports()).toHaveLength(2);
    expect((await query("SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'"))[0]).toEqual({ n: 0 });
  });
});

describe('a database that a config reaches through a variable', () => {
  it('is planned and run as init writes it, on a target without a connection', async () => {
    project = await testProject('{}', {
      'migrations/V1__orders.sql': 'CREATE TABLE orders (id serial);',
      '.env': 'DATABASE_URL=\n',
    });
    rmSync(join(project.folder, 'deploy-config.json'));
    rmSync(join(project.folder, 'deployments'), { recursive: true });
    expect((await cli(['init', '--target', 'staging'])).code).toBe(0);
    expect(await project.read('deploy-config.json')).toContain('"connection_env": "DATABASE_URL"');
    const key = { SRDEPLOY_KEY: Buffer.alloc(32, 7).toString('base64') };
    const unset = await plan(key);
    expect(unset.code).toBe(7);
    expect(unset.json.error?.problems).toMatchObject([
      { code: 'ADDRESS_UNKNOWN', message: expect.stringContaining('srdeploy env set DATABASE_URL') },
    ]);
    const set = spawnSync(
      process.execPath,
      [cliBundle, 'env', 'set', 'DATABASE_URL', '--target', 'staging', '--secret'],
      { cwd: project.folder, env: { ...process.env, ...key }, input: address(), encoding: 'utf8' },
    );
    expect([set.status, set.stderr]).toEqual([0, '']);
    const planned = await plan(key);
    expect(statesOf(planned.json)).toEqual([['main:migrations/V1__orders.sql', 'main', 'pending']]);
    const ran = await cli(['run', '--target', 'staging'], key);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(await inReports()).toEqual([['migrations/V1__orders.sql', 'succeeded']]);
    expectNoSecret(storeText());
    const status = await cli(['migration', 'status', '--database', 'main', '--target', 'staging'], key);
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining('migrations/V1__orders.sql on main')]);
  });

  it('has one digest whether or not the variable is set, as long as the engine is said', async () => {
    await configured({
      databases: { reports: { connection_env: 'REPORTS_URL', migrations: { path: 'reports', engine: 'postgresql' } } },
    });
    const [with_, without] = [await plan(), await plan({})];
    expect([with_.code, without.code]).toEqual([0, 0]);
    expect(without.json.plan.digest).toBe(with_.json.plan.digest);
    expect(without.json.plan.databases?.[0]?.reached).toMatchObject({
      type: 'no',
      message: expect.stringContaining('REPORTS_URL'),
    });
    const ran = await cli(['run', '--target', 'staging'], {});
    expect([ran.code, ran.stderr]).toEqual([
      7,
      expect.stringContaining('srdeploy env set REPORTS_URL --target staging'),
    ]);
  });

  it.each([
    ['mysql://u:secret-word@127.0.0.1/x', 'ENGINE_MISMATCH'],
    ['oracle://u:secret-word@127.0.0.1/x', 'ADDRESS_INVALID'],
    ['postgresql://u:secret-word@127.0.0.1/x?schema=other', 'ADDRESS_INVALID'],
  ])('is refused without its address being shown: %s', async (text, code) => {
    await configured({
      databases: { reports: { connection_env: 'REPORTS_URL', migrations: { path: 'reports', engine: 'postgresql' } } },
    });
    const refused = await plan({ REPORTS_URL: text });
    expect([refused.code, refused.json.error?.problems.map((one) => one.code)]).toEqual([7, [code]]);
    expect(JSON.stringify(refused.json)).not.toContain('secret-word');
  });

  it('is run by hand with the command that the plan prints, and leaves the target’s own database alone', async () => {
    await configured({
      databases: { reports: { connection_env: 'REPORTS_URL', migrations: { path: 'reports', strategy: 'manual' } } },
    });
    const { manual } = (await plan()).json.plan;
    expect(manual).toEqual([
      {
        database: 'reports',
        folder: 'reports',
        files: ['reports/V1__sums.sql', 'reports/V2__days.sql'],
        command: 'srdeploy migration apply --database reports --target staging',
        pending: 2,
      },
    ]);
    const words = manual?.[0]?.command.split(' ').slice(1) ?? [];
    const applied = await cli(words);
    expect([applied.code, applied.stderr]).toEqual([0, '']);
    expect(await inReports()).toHaveLength(2);
    expect(readdirSync(project.folder)).not.toContain('app.db');
    expect((await plan()).json.plan.manual?.[0]?.pending).toBe(0);
    await project.write('reports/V1__sums.sql', `${files['reports/V1__sums.sql']}\nSELECT 1;`);
    const by = ['--database', 'reports', '--target', 'staging'];
    expect((await cli(['migration', 'status', ...by])).stdout).toContain('changed');
    const repaired = await cli(['migration', 'repair', ...by, '--file', 'V1__sums.sql', '--reason', 'same', '--yes']);
    expect([repaired.code, repaired.stderr]).toEqual([0, '']);
    expect((await cli(['rollback', 'latest'])).code).toBe(7);
    expect((await cli(['migration', 'status', '--database', 'report', '--target', 'staging'])).stderr).toContain(
      'Did you mean "reports"?',
    );
    expect((await cli(['migration', 'status', '--target', 'staging'])).stdout).toContain(
      'srdeploy migration status --database reports --target staging',
    );
    expect((await cli(['plan', '--target', 'staging'])).stdout).toMatch(
      /reports: not run by this deployment\n +All of its migrations are applied\./,
    );
  });

  it('is refused where it is the target’s own as somebody else, or under another name of its host', async () => {
    const own = (more: object) => ({
      connections: { own: { backend: 'postgresql', port: server.port, database: database(), ...more } },
      groups: [{ name: 'tables', file_patterns: ['app/*.sql'] }],
    });
    await configured(own({ host: 'localhost', username: server.username, password: '${env:OWN_PASSWORD}' }));
    const ran = await cli(['run', '--target', 'staging'], { REPORTS_URL: address(), OWN_PASSWORD: server.password });
    expect([ran.code, ran.stderr]).toEqual([7, expect.stringContaining('SAME_DATABASE')]);
    await project.remove();
    await configured(own({ host: '127.1', username: 'reporter', password: '${env:OWN_PASSWORD}' }));
    const renamed = await cli(['run', '--target', 'staging'], { REPORTS_URL: address(), OWN_PASSWORD: password });
    expect([renamed.code, renamed.stdout]).toEqual([8, expect.stringContaining('SAME_DATABASE')]);
    expect(await query("SELECT to_regclass('srdeploy_migrations') AS made")).toEqual([{ made: null }]);
  });
});
