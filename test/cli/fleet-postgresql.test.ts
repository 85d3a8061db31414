import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FleetView } from '../../core/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { srdeployJson, startSrdeploy, type TestProject, testProject } from '../support/srdeploy.ts';

const ids = ['eu', 'us', 'asia', 'apac'];
let server: PostgresServer;
let project: TestProject;
beforeAll(async () => {
  server = await startPostgres();
  for (const id of ids) await query(`CREATE DATABASE ${id}`, server.database);
});
afterAll(() => server.stop());
afterEach(() => project.remove());

async function query(sql: string, database: string): Promise<Record<string, unknown>[]> {
  const client = await connect(database);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function connect(database: string): Promise<pg.Client> {
  const { host, port, username: user, password } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  return client;
}

describe('a fleet of PostgreSQL databases', () => {
  it('goes on beside a target that waits for a lock, and beside one that is not there', async () => {
    const connection = (database: string) => ({
      backend: 'postgresql',
      host: server.host,
      port: server.port,
      database,
      username: server.username,
      password: '${secret:FLEET_DB}',
    });
    project = await testProject(
      {},
      { 'm/V1__a.sql': 'CREATE TABLE a (x integer);', 'm/V2__b.sql': 'ALTER TABLE held ADD COLUMN y integer;' },
      {
        project: 'fleet',
        connections: Object.fromEntries([...ids, 'gone'].map((id) => [id, connection(id)])),
        targets: Object.fromEntries([...ids, 'gone'].map((id) => [id, { connection_ref: id }])),
      },
    );
    for (const id of ids) await query('CREATE TABLE held (x integer)', id);
    const holder = await connect('us');
    await holder.query('BEGIN; LOCK TABLE held');
    const options = { cwd: project.folder, env: { SRDEPLOY_SECRET_FLEET_DB: server.password } };
    const words = ['run', 'm', '--targets', 'us,gone,*', '--parallel', '2', '--max-failures', '0'];
    const started = startSrdeploy([...words, '--json', '--events'], options);
    const ended = (id: string) => new RegExp(`"type":"run.finished","outcome":"\\w+".*"target":"${id}"`);
    for (const id of ['eu', 'asia', 'apac', 'gone'])
      await expect.poll(() => started.output(), { timeout: 60_000 }).toMatch(ended(id));
    expect(started.output()).not.toMatch(ended('us'));
    await holder.query('COMMIT');
    await holder.end();
    expect((await started.ended).code).toBe(8);
    const { json } = await srdeployJson<{ fleet: FleetView }>(['fleet', 'show', 'latest'], options);
    expect(json.fleet.counts).toMatchObject({ total: 5, succeeded: 4, failed: 1, migrations: 8 });
    expect(json.fleet.targets.find(({ target }) => target === 'gone')?.error?.code).toBe('CONNECT_FAILED');
    for (const id of ids) expect(await query('SELECT y FROM held', id)).toEqual([]);
  });
});
