import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { claimOf, connectionTo, never, tenSeconds } from './postgresql-target.ts';

const databases = createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) });
let server: PostgresServer;
let admin: pg.Client;
let runs = 0;

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, username, password, database } = server;
  admin = new pg.Client({ host, port, user: username, password, database });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

const newMarker = () => `run-${++runs}`;
const pidsOf = async (marker: string): Promise<readonly number[]> => {
  const text = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
  return (await admin.query<{ pid: number }>(text, [`srdeploy ${marker}`])).rows.map(({ pid }) => pid);
};

async function expected(marker: string): Promise<number> {
  databases.expect?.(connectionTo(server), marker);
  await expect.poll(() => pidsOf(marker), { timeout: 10_000 }).toHaveLength(1);
  return (await pidsOf(marker))[0] as number;
}

const connect = async (marker: string, notices: string[] = [], connection = connectionTo(server)) => {
  const onNotice = ({ message }: { readonly message: string }) => void notices.push(message);
  const options = { mode: 'read-write', timeoutMs: 10_000, marker, onNotice } as const;
  const connected = await databases.connect(connection, options, never);
  if (connected.type !== 'connected') throw new Error(connected.message);
  return connected.session;
};

it('is the session that is given to who asks for it, once', async () => {
  const marker = newMarker();
  const pid = await expected(marker);
  databases.expect?.(connectionTo(server), marker);
  const session = await connect(marker);
  expect(await pidsOf(marker)).toEqual([pid]);
  const other = await connect(marker);
  expect(await pidsOf(marker)).toHaveLength(2);
  await other.close();
  await session.close();
  await expect.poll(() => pidsOf(marker)).toEqual([]);
});

it('says to the session what the server has to say', async () => {
  const marker = newMarker();
  await expected(marker);
  const notices: string[] = [];
  const session = await connect(marker, notices);
  await session.ensureHistory(never);
  const said = { text: "DO $$ BEGIN RAISE NOTICE 'hello'; END $$" };
  expect(await session.openMigration(claimOf('1.sql'), [said], tenSeconds, never)).toMatchObject({ type: 'done' });
  await session.close();
  expect(notices).toEqual(['hello']);
});

it('is replaced where the server ended it while it waited', async () => {
  const marker = newMarker();
  const pid = await expected(marker);
  await admin.query('SELECT pg_terminate_backend($1)', [pid]);
  // The server leaves a session out of its list a moment before it closes the connection.
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  await delay(50);
  const session = await connect(marker);
  expect(await session.ping(never)).toMatchObject({ type: 'done' });
  await session.close();
});

it('is not given to who asks for another connection', async () => {
  const marker = newMarker();
  const pid = await expected(marker);
  const session = await connect(marker, [], connectionTo(server, { database: 'template1' }));
  expect(await pidsOf(marker)).not.toContain(pid);
  expect(await pidsOf(marker)).toHaveLength(1);
  await session.close();
});

it('is ended where no session is asked for', async () => {
  const marker = newMarker();
  await expected(marker);
  await databases.unexpect?.(marker);
  await expect.poll(() => pidsOf(marker)).toEqual([]);
});

it('is ended by itself where nobody asks for it, as while people think', async () => {
  const marker = newMarker();
  await expected(marker);
  await expect.poll(() => pidsOf(marker), { timeout: 20_000 }).toEqual([]);
  const session = await connect(marker);
  expect(await session.ping(never)).toMatchObject({ type: 'done' });
  await session.close();
});

it('leaves it to connecting to say why the server cannot be reached', async () => {
  const marker = newMarker();
  const wrong = connectionTo(server, { password: 'wrong' });
  databases.expect?.(wrong, marker);
  const options = { mode: 'read-write', timeoutMs: 10_000, marker, onNotice: () => undefined } as const;
  expect(await databases.connect(wrong, options, never)).toMatchObject({
    type: 'refused',
    message: expect.stringContaining('password'),
  });
});
