import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DatabaseSession, Turn } from '../../../core/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { sendTurn } from '../../support/send-turn.ts';
import { claimOf, connectionTo, never, openTarget } from './postgresql-target.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const sessions: DatabaseSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

let databases = 0;

async function connected(database: string): Promise<pg.Client> {
  const { host, port, username: user, password } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  return client;
}

async function begun(): Promise<DatabaseSession> {
  databases += 1;
  const admin = await connected(server.database);
  await admin.query(`CREATE DATABASE turns_${databases}`);
  await admin.end();
  const session = await openTarget(connectionTo(server, { database: `turns_${databases}` }));
  sessions.push(session);
  return session;
}

const send = (session: DatabaseSession, path: string, statements: readonly string[], more: Partial<Turn> = {}) =>
  sendTurn(session, claimOf(path), statements, more);

const statuses = async (session: DatabaseSession) => {
  const read = await session.readHistory('', never);
  return read.type === 'done' ? read.value?.map(({ path, status }) => `${path} ${status}`) : read;
};

describe('migrations in turn on PostgreSQL', () => {
  it('leave one open whose permission to commit has ended meanwhile, with all that it did', async () => {
    const session = await begun();
    const turns = [
      send(session, '1.sql', ['CREATE TABLE a (x int)', 'SELECT pg_sleep(1.5)']),
      send(session, '2.sql', ['CREATE TABLE b (x int)']),
    ];
    expect(await Promise.all(turns)).toEqual([{ type: 'done', value: 'claimed' }, { type: 'skipped' }]);
    expect(await session.commitMigrations([{ scope: '', path: '1.sql', executionMs: 1500 }])).toMatchObject({
      type: 'done',
    });
    expect(await statuses(session)).toEqual(['1.sql succeeded']);
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 1 });
    expect(await send(session, '2.sql', ['CREATE TABLE b (x int)'])).toMatchObject({ type: 'committed' });
  });

  it('commit none behind one that has used up its permission while it waited', async () => {
    const session = await begun();
    const turns = [
      send(session, '1.sql', ['CREATE TABLE a (x int)', 'SELECT pg_sleep(0.7)']),
      send(session, '2.sql', ['CREATE TABLE b (x int)', 'SELECT pg_sleep(0.7)']),
    ];
    expect(await Promise.all(turns)).toEqual([
      { type: 'committed', executionMs: expect.any(Number) },
      { type: 'done', value: 'claimed' },
    ]);
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(await statuses(session)).toEqual(['1.sql succeeded']);
  });

  it('ask the server for the time anew where it has gone on without us, as while a machine sleeps', async () => {
    const session = await begun();
    expect(await send(session, '1.sql', ['CREATE TABLE a (x int)'])).toMatchObject({ type: 'committed' });
    const awake = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => awake() - 10_000);
    try {
      expect(await send(session, '2.sql', ['CREATE TABLE b (x int)'])).toEqual({ type: 'done', value: 'claimed' });
      const rows = [{ scope: '', path: '2.sql', executionMs: 1 }];
      expect(await session.commitMigrations(rows)).toMatchObject({ type: 'done' });
      expect(await send(session, '3.sql', ['CREATE TABLE c (x int)'])).toMatchObject({ type: 'committed' });
    } finally {
      clock.mockRestore();
    }
  });

  it('begin nothing in a session that is lost, and say why it is', async () => {
    const session = await begun();
    expect(await send(session, '0.sql', ['SELECT 1'])).toMatchObject({ type: 'committed' });
    expect(await send(session, '1.sql', ['SELECT nothing'])).toMatchObject({ type: 'refused' });
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    const admin = await connected(server.database);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      `turns_${databases}`,
    ]);
    await admin.end();
    await vi.waitFor(async () => expect(await session.ping(never)).toMatchObject({ type: 'lost' }));
    const begunPaths: string[] = [];
    const turn = send(session, '1.sql', ['CREATE TABLE a (x int)'], { onBegin: () => begunPaths.push('1.sql') });
    expect(await turn).toMatchObject({ type: 'lost', message: expect.not.stringContaining('nothing') });
    expect(begunPaths).toEqual([]);
  });

  it('record how long one took as it is told', async () => {
    const session = await begun();
    const ended = await send(session, '1.sql', ['SELECT pg_sleep(0.3)']);
    expect(ended.type === 'committed' && ended.executionMs).toBeGreaterThanOrEqual(300);
    const read = await session.readHistory('', never);
    expect(read.type === 'done' && read.value?.[0]).toMatchObject({
      executionMs: ended.type === 'committed' && ended.executionMs,
    });
  });

  it('are refused at the COMMIT where a deferred constraint does not hold, and nothing behind it is begun', async () => {
    const session = await begun();
    const begunPaths: string[] = [];
    const turns = [
      send(session, '1.sql', [
        'CREATE TABLE parent (id int PRIMARY KEY)',
        'CREATE TABLE child (p int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
        'INSERT INTO child VALUES (7)',
      ]),
      send(session, '2.sql', ['CREATE TABLE b (x int)'], { onBegin: () => begunPaths.push('2.sql') }),
    ];
    const [first, second] = await Promise.all(turns);
    expect(first).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { sqlstate: '23503' },
      statement: undefined,
    });
    expect(second).toEqual({ type: 'skipped' });
    expect(begunPaths).toEqual([]);
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(await statuses(session)).toEqual([]);
  });

  it('commit one that changes what names and dates mean', async () => {
    const session = await begun();
    const settings = [
      'CREATE SCHEMA other',
      'CREATE FUNCTION other.clock_timestamp() RETURNS text LANGUAGE sql AS $$ SELECT NULL::text $$',
      'SET search_path = other, pg_catalog',
      "SET DateStyle = 'SQL, DMY'",
      "SET TimeZone = 'Pacific/Kiritimati'",
      'SET extra_float_digits = -15',
    ];
    const turns = [send(session, '1.sql', settings), send(session, '2.sql', ['CREATE TABLE b (x int)'])];
    expect(await Promise.all(turns)).toMatchObject([{ type: 'committed' }, { type: 'committed' }]);
    expect(await statuses(session)).toEqual(['1.sql succeeded', '2.sql succeeded']);
  });

  it('go on after one that waited for a lock in vain', async () => {
    const session = await begun();
    await send(session, '0.sql', ['CREATE TABLE a (x int)']);
    const holder = await connected(`turns_${databases}`);
    await holder.query('BEGIN; LOCK TABLE a');
    const limits = { timeoutMs: 10_000, lockTimeoutMs: 100 };
    const first = send(session, '1.sql', ['ALTER TABLE a ADD y int'], { limits });
    expect(await first).toMatchObject({ type: 'refused', cause: 'lock-timeout', statement: 0 });
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    await holder.end();
    expect(await send(session, '1.sql', ['ALTER TABLE a ADD y int'], { limits })).toMatchObject({ type: 'committed' });
  });
});
