import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MigrationProject, migrationProject } from '../support/migration-project.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import type { RunAnswer } from '../support/srdeploy.ts';

let server: PostgresServer;
let project: MigrationProject;
let database = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

async function query(sql: string, name = `f${database}`): Promise<Record<string, unknown>[]> {
  const { host, port, username: user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: name });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A project on a database of its own. */
async function onDatabase(files: Readonly<Record<string, string>>): Promise<MigrationProject> {
  database += 1;
  await query(`CREATE DATABASE f${database}`, server.database);
  const { host, port, username } = server;
  const connection = {
    backend: 'postgresql',
    host,
    port,
    database: `f${database}`,
    username,
    password: '${env:TEST_DB_PASSWORD}',
  };
  return migrationProject(files, connection, { TEST_DB_PASSWORD: server.password });
}

const files = {
  'V1__a.sql': 'CREATE TABLE a (x integer);\nCREATE SCHEMA app;',
  'V2__index.sql': 'CREATE INDEX CONCURRENTLY a_x ON a (x);\nCREATE INDEX CONCURRENTLY a_x2 ON a (x, x);',
  'V10__b.sql': 'CREATE TABLE app.b (x integer);\nALTER TABLE a ADD COLUMN y text;',
  'R__views.sql': 'CREATE OR REPLACE VIEW v AS SELECT 1 AS n;',
};
const recorded = () => query('SELECT path, status FROM srdeploy_migrations ORDER BY applied_at, path');

describe('a folder on PostgreSQL', () => {
  it('that is refused for want of a confirmation leaves no session behind and tells by its exit code', async () => {
    project = await onDatabase(files);
    const refused = await project.run('migration', 'apply', 'm', '--target', 'live');
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('live')]);
    await expect.poll(() => query("SELECT FROM pg_stat_activity WHERE application_name LIKE 'srdeploy %'")).toEqual([]);
  });

  it('is applied, changed, repaired and applied again, repeatable files whenever they change', async () => {
    project = await onDatabase(files);
    expect((await project.apply()).code).toBe(0);
    expect((await recorded()).map(({ path }) => path)).toEqual([
      'm/V1__a.sql',
      'm/V2__index.sql',
      'm/V10__b.sql',
      'm/R__views.sql',
    ]);
    expect((await project.apply()).stdout).toMatch(/^Nothing to do on \w+: 4 migrations are applied.$/m);

    await project.write('m/V1__a.sql', `-- licence\r\n${files['V1__a.sql'].replaceAll('\n', '\r\n')}`);
    await project.write('m/R__views.sql', 'CREATE OR REPLACE VIEW v AS SELECT 2 AS n;');
    expect(await project.states()).toMatchObject({ 'V1__a.sql': 'applied', 'R__views.sql': 'pending' });
    expect((await project.apply()).code).toBe(0);
    expect(await query('SELECT n FROM v')).toEqual([{ n: 2 }]);

    await project.write('m/V10__b.sql', 'CREATE TABLE app.b (x bigint);\nALTER TABLE a ADD COLUMN y text;');
    const refused = await project.apply();
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain('+CREATE TABLE app.b (x bigint);');
    const words = ['--target', 'dev', '--file', 'V10__b.sql', '--reason', 'widened by hand', '--yes'];
    expect((await project.run('migration', 'repair', 'm', ...words)).code).toBe(0);
    expect((await project.apply()).code).toBe(0);
  });

  it('is refused out of order, twice the same version, and changed; allowed for one file with a reason', async () => {
    project = await onDatabase(files);
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V3__late.sql', 'CREATE TABLE late (x integer);');
    expect((await project.apply()).code).toBe(7);
    expect((await project.apply('--allow-out-of-order', 'V3__late.sql=merged late')).code).toBe(0);
    await project.write('m/0003_twice.sql', 'CREATE TABLE twice (x integer);');
    const both = ['--allow-duplicate', '0003_twice.sql=two teams', '--allow-out-of-order', '0003_twice.sql=too'];
    expect((await project.apply()).code).toBe(7);
    expect((await project.apply(...both)).code).toBe(0);
    expect(await query("SELECT reason FROM srdeploy_migrations WHERE path = 'm/0003_twice.sql'")).toEqual([
      { reason: 'out of order: too; duplicate version: two teams' },
    ]);
  });

  it('goes into one transaction as a whole, or not at all', async () => {
    const { 'V2__index.sql': alone, ...others } = files;
    project = await onDatabase({ ...others, 'V11__d.sql': 'CREATE TABLE a (again integer);' });
    expect((await project.apply('--transaction', 'all')).code).toBe(8);
    expect(await query("SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);
    await project.delete('m/V11__d.sql');
    expect((await project.apply('--transaction', 'all')).code).toBe(0);
    await project.write('m/V11__index.sql', alone);
    expect((await project.apply('--transaction', 'all')).code).toBe(7);
    expect((await project.apply()).code).toBe(0);
  });

  it('is recorded for a database that was there: detected, baselined, and the rest applied', async () => {
    project = await onDatabase(files);
    await query(files['V1__a.sql']);
    for (const sql of files['V2__index.sql'].split('\n')) await query(sql);
    const detect = ['migration', 'baseline', 'm', '--target', 'dev', '--detect'];
    const detected = await project.json<{ proposed: string; migrations: { presence: string }[] }>(...detect);
    expect(detected.json.proposed).toBe('2');
    expect(detected.json.migrations.map(({ presence }) => presence)).toEqual([
      'present',
      'present',
      'absent',
      'absent',
    ]);
    expect(await query("SELECT to_regclass('srdeploy_migrations') AS h")).toEqual([{ h: null }]);
    const words = ['--target', 'live', '--version', '2', '--reason', 'was there'];
    expect((await project.run('migration', 'baseline', 'm', ...words, '--yes')).code).toBe(6);
    expect((await project.run('migration', 'baseline', 'm', ...words, '--confirm', 'live')).code).toBe(0);
    expect((await project.apply()).code).toBe(0);
    expect(await project.states()).toEqual(Object.fromEntries(Object.keys(files).map((file) => [file, 'applied'])));
  });

  it('stands as failed where a file stopped half-way, and is finished by a resume or by hand', async () => {
    project = await onDatabase({
      ...files,
      'V2__index.sql': 'CREATE INDEX CONCURRENTLY a_x ON a (x);\nCREATE INDEX CONCURRENTLY bad ON nowhere (x);',
    });
    expect((await project.apply()).code).toBe(8);
    const half = (await project.status()).migrations.find(({ file }) => file === 'm/V2__index.sql');
    expect(half).toMatchObject({ state: 'failed', note: 'stopped after statement 1 of 2' });
    const repair = ['migration', 'repair', 'm', '--target', 'dev', '--file', 'V2__index.sql', '--reason', 'x'];
    expect((await project.json(...repair)).json.error.message).toContain('srdeploy resume');
    const mark = ['migration', 'mark-applied', 'm', '--target', 'dev', '--file', 'V2__index.sql'];
    expect((await project.run(...mark, '--reason', 'not needed any more', '--yes')).code).toBe(0);
    expect((await project.json<RunAnswer>('migration', 'apply', 'm', '--target', 'dev')).code).toBe(0);
  });
});
