import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  srdeployJson,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let server: PostgresServer;
let project: TestProject;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

describe('a ScratchBird connection that names PostgreSQL’s protocol', () => {
  it('is planned and run in that dialect, with the transaction of a migration', async () => {
    const connection = {
      backend: 'scratchbird',
      protocol: 'postgresql',
      host: server.host,
      port: server.port,
      database: server.database,
      username: server.username,
      password: '${env:TEST_DB_PASSWORD}',
    };
    project = await testProject(
      planDocument({
        target_env: { id: 'staging', name: 'Staging', backend: 'scratchbird', connection_ref: 'db' },
        steps: [
          { id: 'dump', name: 'Dump', type: 'backup', target: 'b/{run_id}/' },
          migration('s1', 'm/V1__a.sql'),
          migration('s2', 'm/V2__b.sql'),
          { id: 'look', name: 'Look', type: 'sql_check', sql: 'SELECT 1 FROM a WHERE x = 2', expect: 'non_empty' },
        ],
      }),
      {
        'm/V1__a.sql': 'CREATE TABLE a (x integer);\nDO $$ BEGIN INSERT INTO a VALUES (1); END $$;',
        'm/V2__b.sql': 'INSERT INTO a VALUES (2);\nINSERT INTO a (y) VALUES (3);',
      },
      { project: 'test', connections: { db: connection }, targets: {} },
    );
    const options = { cwd: project.folder, env: { TEST_DB_PASSWORD: server.password } };
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], options);
    expect(failed.code, JSON.stringify(failed.json)).toBe(8);
    expect(failed.json.run.operations.find(({ id }) => id === 's2')?.error).toMatchObject({
      sqlstate: '42703',
      line: 2,
    });
    expect(await query('SELECT x FROM a')).toEqual([{ x: 1 }]);
    await project.write('m/V2__b.sql', 'INSERT INTO a VALUES (2);');
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options);
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await query('SELECT path, status FROM srdeploy_migrations ORDER BY path')).toEqual([
      { path: 'm/V1__a.sql', status: 'succeeded' },
      { path: 'm/V2__b.sql', status: 'succeeded' },
    ]);
  });
});

async function query(sql: string): Promise<unknown[]> {
  const { host, port, database, username: user, password } = server;
  const client = new pg.Client({ host, port, database, user, password });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
