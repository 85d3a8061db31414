import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject } from '../support/config-project.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';

let server: PostgresServer;
let project: ConfigProject;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

const address = () => {
  const { host, port, username, password, database } = server;
  return `postgresql://${username}:${password}@${host}:${port}/${database}`;
};

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(address());
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The migrations of the specification's example: psql applies each file, hooks stand around. */
const group = {
  name: 'database_migrations',
  file_patterns: ['db/*.sql'],
  pre_deploy: ["psql $DATABASE_URL -c 'SELECT version();'"],
  deploy_command: 'psql $DATABASE_URL -f {file}',
  post_deploy: ['touch post'],
  required_env_vars: ['DATABASE_URL'],
};

describe('migrations that psql applies', () => {
  it('are not recorded as applied where a statement of them fails, and nothing behind them is run', async () => {
    project = await configProject(
      { targets: { dev: { kind: 'development' } }, groups: [group] },
      {
        'db/V1__a.sql': 'CREATE TABLE a (x integer);',
        'db/V2__b.sql': 'CREATE TABL b (x integer);\nCREATE TABLE later (x integer);',
        'db/V3__c.sql': 'CREATE TABLE c (x integer);',
        // A group of that name takes the files that its patterns name, and no others.
        'migrations/V9__other.sql': 'CREATE TABLE other (x integer);',
      },
    );
    const env = { DATABASE_URL: address() };
    const failed = await project.tell(['run', '--target', 'dev', '--continue-on-failure'], env);
    expect(failed.code, failed.stdout).toBe(8);
    expect(failed.stdout + failed.stderr).not.toContain(server.password);
    const history = async () => (await project.tell(['migration', 'history', '--target', 'dev'])).stdout;
    expect(await history()).toMatch(/failed .*db\/V2__b\.sql\n.* success .*db\/V1__a\.sql\n$/);
    expect(await query("SELECT to_regclass('later') AS later, to_regclass('c') AS c")).toEqual([
      { later: null, c: null },
    ]);
    await expect(project.read('post')).rejects.toThrow('ENOENT');

    await project.write('db/V2__b.sql', 'CREATE TABLE b (x integer);');
    const mended = await project.tell(['resume', 'latest', '--yes'], env);
    expect(mended.code, mended.stdout + mended.stderr).toBe(0);
    expect(await query("SELECT to_regclass('c') IS NOT NULL AS c, to_regclass('other') AS other")).toEqual([
      { c: true, other: null },
    ]);
    await project.read('post');
    expect((await project.tell(['run', '--target', 'dev'], env)).stdout.match(/nothing to do/g)).toHaveLength(3);
  }, 120_000);
});
