import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

interface Server {
  readonly backend: 'postgresql' | 'mysql';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

let project: TestProject;
afterEach(() => project.remove());

const steps = [
  migration('a', 'm/V1__a.sql', { rollback: 'm/R1__a.sql' }),
  migration('b', 'm/V2__b.sql', { rollback: 'm/R2__b.sql' }),
];
const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  'm/R1__a.sql': 'DROP TABLE a;',
  'm/V2__b.sql': 'CREATE TABLE b (x int);\nCREATE TABLE c (x int);',
  'm/R2__b.sql': 'DROP TABLE c;\nDROP TABLE b;',
};

async function deployed({ backend, host, port, username, password }: Server, database: string) {
  const connection = { backend, host, port, database, username, password: '${env:TEST_DB_PASSWORD}' };
  const plan = planDocument({
    target_env: { id: 'staging', name: 'Staging', backend, connection_ref: 'db' },
    steps,
  });
  project = await testProject(plan, files, { project: 'test', connections: { db: connection }, targets: {} });
  const options = { cwd: project.folder, env: { TEST_DB_PASSWORD: password } };
  const ran = await srdeployJson<RunAnswer>(['run', project.plan], options);
  expect(ran.code, JSON.stringify(ran.json)).toBe(0);
  return { options, of: ran.json.run.id };
}

const statuses = ({ run }: RunAnswer) => run.operations.map(({ id, status }) => [id, status]);

describe('rollback on PostgreSQL', () => {
  let server: PostgresServer;
  let count = 0;
  let database: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const query = async (sql: string, name = database): Promise<Record<string, unknown>[]> => {
    const { host, port, username: user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: name });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const fresh = async () => {
    database = `back${++count}`;
    await query(`CREATE DATABASE ${database}`, server.database);
    return deployed({ ...server, backend: 'postgresql' }, database);
  };
  const tables = async () =>
    (await query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
      .map(({ tablename }) => tablename)
      .filter((name) => name !== 'srdeploy_migrations');

  it('undoes a script that fails as a whole, and goes on with the mended one', async () => {
    const { options, of } = await fresh();
    await project.write('m/R2__b.sql', 'DROP TABLE c;\nDROP TABLE nothing;');
    const back = await srdeployJson<RunAnswer>(['rollback', of, '--yes'], options);
    expect(back, JSON.stringify(back.json)).toMatchObject({ code: 8, json: { run: { status: 'rollback_partial' } } });
    expect(back.json.run.operations[0]?.error).toMatchObject({ file: 'm/R2__b.sql', line: 2, sqlstate: '42P01' });
    expect(await tables()).toEqual(['a', 'b', 'c']);
    await project.write('m/R2__b.sql', files['m/R2__b.sql']);
    const resumed = await srdeployJson<RunAnswer>(['resume', back.json.run.id, '--yes'], options);
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'rolled_back' } } });
    expect(await tables()).toEqual([]);
    expect(await query('SELECT path, status FROM srdeploy_migrations ORDER BY path')).toEqual([
      { path: 'm/V1__a.sql', status: 'rolled_back' },
      { path: 'm/V2__b.sql', status: 'rolled_back' },
    ]);
  });

  it('whose runner is killed in the middle is resumed from what the target says', async () => {
    const { options, of } = await fresh();
    await project.write('m/R1__a.sql', 'SELECT pg_sleep(600);\nDROP TABLE a;');
    const started = startSrdeploy(['rollback', of, '--yes', '--events'], options);
    await until(async () => {
      const rows = await query(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
      );
      return rows.length > 0;
    });
    started.child.kill('SIGKILL');
    await started.ended;
    await query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
    );
    const [run = ''] = /"run":"([^"]+)"/.exec(started.output())?.slice(1) ?? [];
    await project.write('m/R1__a.sql', files['m/R1__a.sql']);
    const resumed = await srdeployJson<RunAnswer>(['resume', run, '--yes'], options);
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'rolled_back' } } });
    expect(statuses(resumed.json)).toEqual([
      ['b', 'succeeded'],
      ['a', 'succeeded'],
    ]);
    expect(await tables()).toEqual([]);
  });
});

describe('rollback on MariaDB', () => {
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb();
  });
  afterAll(() => server.stop());

  it('goes statement by statement: what was done is not done again', async () => {
    server.run('CREATE DATABASE back');
    const { options, of } = await deployed({ ...server, backend: 'mysql' }, 'back');
    await project.write('m/R2__b.sql', 'DROP TABLE c;\nDROP TABLE nothing;');
    const back = await srdeployJson<RunAnswer>(['rollback', of, '--yes'], options);
    expect(back, JSON.stringify(back.json)).toMatchObject({ code: 8, json: { run: { status: 'rollback_partial' } } });
    const row = "SELECT status, statement_index FROM srdeploy_migrations WHERE path = 'm/V2__b.sql'";
    expect(server.run(row, 'back').trim()).toBe('rolling_back\t1');
    const second = await srdeployJson<{ error: { code: string } }>(['rollback', of, '--yes'], options);
    expect(second).toMatchObject({ code: 7, json: { error: { code: 'VALIDATION_FAILED' } } });
    await project.write('m/R2__b.sql', files['m/R2__b.sql']);
    const resumed = await srdeployJson<RunAnswer>(['resume', back.json.run.id, '--yes'], options);
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'rolled_back' } } });
    expect(server.run('SHOW TABLES', 'back').trim()).toBe('srdeploy_migrations');
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isTrue()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > end) throw new Error('It did not come to pass within a minute.');
  }
}
