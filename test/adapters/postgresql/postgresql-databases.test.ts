import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, Limits, Notice } from '../../../core/index.ts';
import { bundledScript, messageOf, startScript } from '../../support/bundled-script.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { apply, claimOf, connectionTo, never, openTarget, tenSeconds, tryConnect } from './postgresql-target.ts';

let server: PostgresServer;
let admin: Client;
let database: string;
let count = 0;
const sessions: DatabaseSession[] = [];

beforeAll(async () => {
  server = await startPostgres();
  admin = new Client({ ...connectionTo(server), user: server.username });
  admin.on('error', () => {});
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  count += 1;
  database = `target_${count}`;
  await admin.query(`CREATE DATABASE ${database}`);
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

const open = async (onNotice: (notice: Notice) => void = () => {}) => {
  const session = await openTarget(connectionTo(server, { database }), { onNotice });
  sessions.push(session);
  return session;
};
const value = async (session: DatabaseSession, sql: string) => {
  const outcome = await session.query(sql, 1, tenSeconds, never);
  return outcome.type === 'done' ? outcome.value.rows[0]?.[0] : outcome;
};
/** Process ids of the sessions of our own in the database under test. */
const backends = async (): Promise<number[]> => {
  const { rows } = await admin.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'srdeploy the-run'",
    [database],
  );
  return rows.map(({ pid }) => pid);
};
/** Those of them that are inside `pg_sleep` now. */
const sleepers = async (): Promise<number[]> => {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'srdeploy the-run'
       AND state = 'active' AND wait_event = 'PgSleep'`,
    [database],
  );
  return rows.map(({ pid }) => pid);
};

describe('connecting to PostgreSQL', () => {
  it('is refused with the words of the server', async () => {
    const refusals = [
      [{ password: 'wrong' }, 'password authentication failed for user "srd"'],
      [{ password: undefined }, 'the server asks for a password and the connection has none'],
      [{ username: 'nobody-there' }, 'password authentication failed'],
      [{ database: 'not_there' }, 'database "not_there" does not exist'],
      [{ sslMode: 'require' }, 'does not support SSL'],
      [{ sslMode: 'verify-full', sslRootCert: '/not/there.pem' }, 'certificate of the authority cannot be read'],
    ] as const;
    for (const [changes, words] of refusals) {
      const outcome = await tryConnect(connectionTo(server, { database, ...changes }));
      expect(outcome, words).toMatchObject({ type: 'refused', message: expect.stringContaining(words) });
    }
  });

  it('takes no password from the environment', async () => {
    process.env.PGPASSWORD = server.password;
    const outcome = await tryConnect(connectionTo(server, { database, password: undefined }));
    delete process.env.PGPASSWORD;
    expect(outcome).toMatchObject({ type: 'refused' });
  });

  it('is unreachable where nothing listens, nothing answers, or the wait is cancelled', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    expect(await tryConnect(connectionTo(server, { port }), { timeoutMs: 300 })).toMatchObject({ type: 'unreachable' });
    const cancel = AbortSignal.timeout(200);
    expect(await tryConnect(connectionTo(server, { port }), {}, cancel)).toMatchObject({ type: 'unreachable' });
    await new Promise((resolve) => silent.close(resolve).unref() && resolve(undefined));
    expect(await tryConnect(connectionTo(server, { port: 1 }))).toMatchObject({
      type: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await tryConnect(connectionTo(server, { host: 'no-such-host.invalid' }))).toMatchObject({
      type: 'unreachable',
    });
  });

  it('prefers TLS and does without where the server has none', async () => {
    const connected = await tryConnect(connectionTo(server, { database, sslMode: 'prefer' }));
    expect(connected).toMatchObject({ type: 'connected' });
    if (connected.type === 'connected') await connected.session.close();
  });
});

describe('statements on PostgreSQL', () => {
  it('fail with SQLSTATE, detail, hint and the place in UTF-16 units', async () => {
    const session = await open();
    const statement = "SELECT '😀😀', nme FROM (SELECT 1 AS name) AS x";
    expect(await apply(session, '1.sql', [statement])).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { sqlstate: '42703', offset: statement.indexOf('nme'), message: 'column "nme" does not exist' },
    });
    expect(
      await apply(session, '1.sql', ['CREATE TABLE t (a int UNIQUE)', 'INSERT INTO t VALUES (1), (1)']),
    ).toMatchObject({
      error: { sqlstate: '23505', detail: 'Key (a)=(1) already exists.', offset: undefined },
    });
    expect(
      await apply(session, '1.sql', ["DO $$ BEGIN RAISE EXCEPTION 'no' USING HINT = 'try'; END $$"]),
    ).toMatchObject({
      error: { message: 'no', hint: 'try', detail: expect.stringContaining('PL/pgSQL') },
    });
  });

  it('are one statement each, whatever a script has set', async () => {
    const session = await open();
    const hidden = String.raw`SELECT '\'; COMMIT; SELECT '`;
    expect(await apply(session, '1.sql', ['SET standard_conforming_strings = off', hidden])).toMatchObject({
      type: 'done',
    });
    expect(await apply(session, '2.sql', [hidden])).toMatchObject({ type: 'refused', error: { sqlstate: '42601' } });
    expect(await session.readHistory('', never)).toMatchObject({ value: [{ path: '1.sql' }] });
  });

  it('send their notices to the log, without those of our own', async () => {
    const notices: Notice[] = [];
    const session = await open((notice) => notices.push(notice));
    await open();
    await apply(session, '1.sql', ["DO $$ BEGIN RAISE NOTICE 'one %', 1; RAISE WARNING 'two'; END $$"]);
    await session.rollback();
    expect(notices).toEqual([
      { severity: 'NOTICE', message: 'one 1' },
      { severity: 'WARNING', message: 'two' },
    ]);
  });

  it('answer rows of any number without keeping them', async () => {
    const session = await open();
    expect(
      await apply(session, '1.sql', ['SELECT * FROM generate_series(1, 200000)', '', 'COPY (SELECT 1) TO STDOUT']),
    ).toMatchObject({ type: 'done' });
  });

  it('of COPY from a client are refused, and the session goes on', async () => {
    const session = await open();
    expect(await apply(session, '1.sql', ['CREATE TABLE t (a int)', 'COPY t FROM STDIN'])).toMatchObject({
      type: 'refused',
      cause: 'error',
    });
    expect(await apply(session, '1.sql', ['CREATE TABLE t (a int)'])).toMatchObject({ type: 'done' });
  });

  it('that cannot run in a transaction are refused by the server', async () => {
    const session = await open();
    expect(
      await apply(session, '1.sql', ['CREATE TABLE t (a int)', 'CREATE INDEX CONCURRENTLY i ON t (a)']),
    ).toMatchObject({
      error: { sqlstate: '25001' },
    });
  });

  it('that break a deferred constraint are refused by COMMIT, and nothing stays', async () => {
    const session = await open();
    const statements = [
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
      'INSERT INTO c VALUES (1)',
    ];
    expect(await apply(session, '1.sql', statements)).toMatchObject({ type: 'refused', error: { sqlstate: '23503' } });
    expect(await session.readHistory('', never)).toEqual({ type: 'done', value: [] });
    expect(await apply(session, '1.sql', statements.slice(0, 2))).toMatchObject({ type: 'done' });
  });

  it('may change role, search path and settings without harm to the history or the next migration', async () => {
    const session = await open();
    await admin.query(`CREATE ROLE r_${count}`);
    const leaks = [
      `GRANT CREATE ON SCHEMA public TO r_${count}`,
      `SET ROLE r_${count}`,
      "SELECT pg_catalog.set_config('search_path', '', false)",
      "SET statement_timeout = '1ms'",
      'SET LOCAL lock_timeout = 5',
    ];
    expect(
      await apply(
        session,
        '1.sql',
        leaks.filter((text) => !text.includes('1ms')),
      ),
    ).toMatchObject({ type: 'done' });
    expect(
      await apply(session, '2.sql', ['CREATE TABLE t (a int)', `CREATE TABLE who AS SELECT current_user AS u`]),
    ).toMatchObject({ type: 'done' });
    expect(await value(session, 'SELECT u FROM public.who')).toBe('srd');
    expect(await session.readHistory('', never)).toMatchObject({ value: [{ path: '1.sql' }, { path: '2.sql' }] });
  });

  it('keep the time limit of their server when it is not ours', async () => {
    await admin.query(`ALTER DATABASE ${database} SET statement_timeout = '200ms'`);
    const session = await open();
    const sleep = [{ text: 'SELECT pg_sleep(5)' }];
    expect(await session.openMigration(claimOf('1.sql'), sleep, { timeoutMs: undefined }, never)).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { sqlstate: '57014' },
    });
  });

  it('are stopped by their time limit on the server itself, and the limit follows what is left', async () => {
    const session = await open();
    const note = "INSERT INTO s SELECT current_setting('statement_timeout'), current_setting('lock_timeout')";
    const run = (text: string, limits: Limits) => session.runStatements([{ text }], limits, never);
    const make = [{ text: 'CREATE TEMP TABLE s (a text, b text)' }];
    await session.openMigration(claimOf('1.sql'), make, { timeoutMs: 60_000, lockTimeoutMs: 3_000 }, never);
    await run(note, { timeoutMs: 58_000, lockTimeoutMs: 3_000 });
    await run(note, { timeoutMs: 5_000, lockTimeoutMs: 2_000 });
    await run(note, { timeoutMs: undefined });
    const all = 'SELECT array_agg(a || b) FROM s';
    const check = `DO $$ BEGIN ASSERT (${all}) = '{1min3s,5s2s,00}', (${all})::text; END $$`;
    expect(await run(check, tenSeconds)).toEqual({ type: 'done', value: undefined });
  });
});

describe('a PostgreSQL session', () => {
  it('is lost when its server process is ended under a statement', async () => {
    const session = await open();
    const sleep = [{ text: 'SELECT pg_sleep(60)' }];
    const running = session.openMigration(claimOf('1.sql'), sleep, { timeoutMs: 60_000 }, never);
    await expect.poll(sleepers, { timeout: 20_000 }).toHaveLength(1);
    await admin.query('SELECT pg_terminate_backend($1)', await sleepers());
    expect(await running).toMatchObject({ type: 'lost', message: expect.stringContaining('terminating connection') });
  });

  it('is lost when its server process is ended while nothing runs', async () => {
    const session = await open();
    await admin.query('SELECT pg_terminate_backend($1)', await backends());
    await expect.poll(() => session.ping(never)).toMatchObject({ type: 'lost' });
    expect(await session.openMigration(claimOf('1.sql'), [], tenSeconds, never)).toMatchObject({ type: 'lost' });
  });

  it('tells a cancel by somebody else from its own', async () => {
    const session = await open();
    const running = session.query('SELECT pg_sleep(60)', 1, { timeoutMs: 60_000 }, never);
    // A cancel of a session that does nothing yet is lost, and one of the statement before ends nothing: the sleep itself must go on.
    await expect.poll(sleepers, { timeout: 20_000 }).toHaveLength(1);
    await admin.query('SELECT pg_cancel_backend($1)', await sleepers());
    expect(await running).toMatchObject({ type: 'refused', cause: 'error', error: { sqlstate: '57014' } });
    expect(await session.ping(never)).toMatchObject({ type: 'done' });
  });

  it('does not hit the next statement with a cancel that comes late', async () => {
    const session = await open();
    for (let i = 0; i < 30; i += 1) {
      const cancel = new AbortController();
      const running = session.query('SELECT 1', 1, tenSeconds, cancel.signal);
      cancel.abort();
      await running;
      expect(await session.query('SELECT pg_sleep(0.002)', 1, tenSeconds, never)).toMatchObject({ type: 'done' });
    }
  });

  it('gives the lock back soon after its process was killed under a statement', async () => {
    const other = await open();
    const script = await bundledScript('adapters/postgresql/hold-lock.ts');
    const holder = startScript(script, [JSON.stringify(connectionTo(server, { database }))]);
    expect(await messageOf(holder)).toBe('held');
    await expect
      .poll(() => other.tryLock('', never))
      .toMatchObject({
        value: expect.stringMatching(
          /^session \d+ "srdeploy holder" as srd from .*, executing: SELECT pg_sleep\(60\)$/,
        ),
      });
    holder.kill('SIGKILL');
    await expect.poll(() => other.tryLock('', never), { timeout: 4_000 }).toEqual({ type: 'done', value: undefined });
  });

  it('counts tables, views and indexes of people, and nothing of ours or of the system', async () => {
    const session = await open();
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 0 });
    await apply(session, '1.sql', [
      'CREATE SCHEMA s',
      'CREATE TABLE s.t (id int PRIMARY KEY, body text)',
      'CREATE VIEW v AS SELECT 1',
      'CREATE MATERIALIZED VIEW m AS SELECT 1',
    ]);
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 4 });
  });

  it('writes no file by a query', async () => {
    const session = await open();
    for (const sql of ["COPY (SELECT 1) TO '/tmp/srd-never'", 'SET TRANSACTION READ WRITE', 'COMMIT'])
      expect(await session.query(sql, 1, tenSeconds, never), sql).toMatchObject({ type: 'refused' });
  });

  it('says so where there is no schema for the history', async () => {
    await admin.query(`ALTER DATABASE ${database} SET search_path = nowhere`);
    const connected = await tryConnect(connectionTo(server, { database }));
    if (connected.type !== 'connected') throw new Error(connected.message);
    sessions.push(connected.session);
    expect(await connected.session.readHistory('', never)).toEqual({ type: 'done', value: undefined });
    expect(await connected.session.ensureHistory(never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('search path') },
    });
  });

  it('stops pg_dump when it is cancelled or takes too long, and leaves no file', async () => {
    const session = await open();
    await apply(session, '1.sql', ['CREATE TABLE t (a int)']);
    const folder = mkdtempSync(join(tmpdir(), 'srd-dump-'));
    const blocker = new Client({ ...connectionTo(server, { database }), user: server.username });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const cancel = AbortSignal.timeout(500);
    expect(await session.backup(join(folder, 'a'), { timeoutMs: undefined }, cancel)).toMatchObject({
      type: 'refused',
      cause: 'cancelled',
    });
    expect(await session.backup(join(folder, 'a'), { timeoutMs: 300 }, never)).toMatchObject({
      type: 'refused',
      cause: 'timeout',
    });
    await blocker.end();
    expect(readdirSync(folder)).toEqual([]);
  });
});
