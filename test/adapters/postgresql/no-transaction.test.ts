import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, Notice } from '../../../core/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { apply, claimOf, connectionTo, never, openTarget, tenSeconds } from './postgresql-target.ts';

let server: PostgresServer;
let other: Client;
let session: DatabaseSession;
let count = 0;
const notices: Notice[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  count += 1;
  const admin = new Client({ ...connectionTo(server), user: server.username });
  await admin.connect();
  await admin.query(`CREATE DATABASE alone_${count}`);
  await admin.end();
  notices.length = 0;
  const connection = connectionTo(server, { database: `alone_${count}` });
  session = await openTarget(connection, { onNotice: (notice) => notices.push(notice) });
  other = new Client({ ...connection, user: server.username });
  await other.connect();
  await session.startAlone(claimOf('1.sql'), 0, never);
});
afterEach(async () => {
  await session.close();
  await other.end();
});

let index = 0;
beforeEach(() => {
  index = 0;
});
const run = async (text: string, limits = tenSeconds as { timeoutMs: number; lockTimeoutMs?: number }) => {
  const ran = await session.runAlone({ scope: '', path: '1.sql', index }, { text }, limits, never);
  if (ran.type === 'done') index += 1;
  return ran;
};
const done = { type: 'done', value: undefined };
const row = async () => {
  const read = await session.readHistory('', never);
  return read.type === 'done' ? read.value?.[0] : read;
};

describe('statements that no transaction takes', () => {
  it('run one after the other, several of them in one file', async () => {
    const statements = [
      'CREATE TABLE t (a int, b int)',
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I 2" ON public.t (b)',
      'REINDEX INDEX CONCURRENTLY i',
      'DROP INDEX CONCURRENTLY i',
      'VACUUM (ANALYZE) t',
      "CREATE TYPE mood AS ENUM ('sad')",
      "ALTER TYPE mood ADD VALUE 'ok'",
      "ALTER TABLE t ADD COLUMN m mood DEFAULT 'ok'",
      'CREATE PROCEDURE twice() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); END $$',
      'CALL twice()',
      'DO $$ BEGIN INSERT INTO t VALUES (3); COMMIT; END $$',
    ];
    for (const text of statements) expect(await run(text), text).toEqual(done);
    expect(await row()).toMatchObject({ status: 'started', statementIndex: statements.length, inFlight: false });
    expect((await other.query('SELECT a FROM t ORDER BY a')).rows).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('say that they were not done when they fail', async () => {
    await run('CREATE TABLE t (a int)');
    expect(await run('CREATE INDEX CONCURRENTLY i ON t (b)')).toMatchObject({
      error: { sqlstate: '42703', message: expect.stringContaining('"b"') },
    });
    expect(await row()).toMatchObject({ statementIndex: 1, inFlight: false });
  });

  it('wait for the locks of others no longer than they may, and are tried again', async () => {
    await run('CREATE TABLE t (a int)');
    await other.query('BEGIN; INSERT INTO t VALUES (1)');
    const limits = { timeoutMs: 60_000, lockTimeoutMs: 300 };
    expect(await run('CREATE INDEX CONCURRENTLY i ON t (a)', limits)).toMatchObject({ cause: 'lock-timeout' });
    expect(await row()).toMatchObject({ statementIndex: 1, inFlight: false });
    await other.query('COMMIT');
    expect(await run('CREATE INDEX CONCURRENTLY i ON t (a)', limits)).toEqual(done);
    expect((await other.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")).rows).toEqual([
      { indisvalid: true },
    ]);
    expect(notices.map(({ message }) => message)).toEqual([
      'Dropped the invalid index public.i, which an earlier attempt had left behind.',
    ]);
  });
});

describe('CREATE INDEX CONCURRENTLY', () => {
  it('drops an invalid index of its name first, also where it would be skipped for being there', async () => {
    await run('CREATE TABLE t (a int)');
    await run('INSERT INTO t VALUES (1), (1)');
    const create = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Odd ""name" ON "public" . t (a)';
    expect(await run(create)).toMatchObject({ error: { sqlstate: '23505' } });
    expect((await other.query('SELECT count(*)::int AS n FROM pg_index WHERE NOT indisvalid')).rows).toEqual([
      { n: 1 },
    ]);
    await run('DELETE FROM t');
    expect(await run(create)).toEqual(done);
    expect((await other.query('SELECT count(*)::int AS n FROM pg_index WHERE NOT indisvalid')).rows).toEqual([
      { n: 0 },
    ]);
    expect(notices.at(-1)?.message).toContain('"Odd ""name"');
  });

  it('leaves a valid index alone, and one of the name on another table', async () => {
    await run('CREATE TABLE t (a int)');
    await run('CREATE TABLE u (a int)');
    await run('INSERT INTO u VALUES (1), (1)');
    await run('CREATE INDEX CONCURRENTLY i ON t (a)');
    expect(await run('CREATE INDEX CONCURRENTLY i ON t (a)')).toMatchObject({ error: { sqlstate: '42P07' } });
    expect(await run('CREATE UNIQUE INDEX CONCURRENTLY j ON u (a)')).toMatchObject({ error: { sqlstate: '23505' } });
    expect(await run('CREATE INDEX CONCURRENTLY j ON t (a)')).toMatchObject({ error: { sqlstate: '42P07' } });
    expect(notices).toEqual([]);
  });

  it('is refused while another session builds the index', async () => {
    await run('CREATE TABLE t (a int)');
    const writer = new Client({ ...connectionTo(server, { database: `alone_${count}` }), user: server.username });
    await writer.connect();
    await writer.query('BEGIN; INSERT INTO t VALUES (1)');
    const building = other.query('CREATE INDEX CONCURRENTLY i ON t (a)');
    const look = 'SELECT 1 FROM pg_stat_progress_create_index WHERE index_relid <> 0';
    await expect
      .poll(() => session.query(look, 1, tenSeconds, never), { timeout: 10_000 })
      .toMatchObject({ value: { rows: [[1]] } });
    expect(await run('CREATE INDEX CONCURRENTLY i ON t (a)')).toMatchObject({
      type: 'refused',
      error: { message: expect.stringMatching(/^The index public\.i is being built by session \d+ of the server\.$/) },
    });
    await writer.query('COMMIT');
    await writer.end();
    await building;
    expect(await row()).toMatchObject({ statementIndex: 1, inFlight: false });
  });
});

describe('settings of a script that runs statement by statement', () => {
  it('hold for its next statements, and not for the next migration', async () => {
    await run('CREATE TABLE s (a text)');
    await run("SET lock_timeout = '4321ms'");
    await run("SET application_name = 'script'");
    await run("INSERT INTO s SELECT current_setting('lock_timeout') || current_setting('application_name')");
    expect(await session.finishAlone({ scope: '', path: '1.sql', executionMs: 1 })).toEqual(done);
    expect(
      await apply(session, '2.sql', [
        "INSERT INTO s SELECT current_setting('lock_timeout') || current_setting('application_name')",
      ]),
    ).toEqual(done);
    expect((await other.query('SELECT a FROM s')).rows).toEqual([{ a: '4321msscript' }, { a: '0srdeploy the-run' }]);
  });

  it('may take another role, which keeps no record from being written', async () => {
    await run(`CREATE ROLE alone_${count}`);
    await run(`GRANT CREATE ON SCHEMA public TO alone_${count}`);
    await run(`SET ROLE alone_${count}`);
    expect(await run('CREATE TABLE t (a int)')).toEqual(done);
    expect(await run('VACUUM t')).toEqual(done);
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 't'";
    expect((await other.query(owner)).rows).toEqual([{ tableowner: `alone_${count}` }]);
    expect(await session.finishAlone({ scope: '', path: '1.sql', executionMs: 1 })).toEqual(done);
  });
});

describe('the statements that the server keeps for us', () => {
  it('are made again when a script has given them up', async () => {
    expect(await apply(session, '2.sql', ['CREATE TABLE t (a int)', 'DEALLOCATE ALL'])).toEqual(done);
    expect(await apply(session, '3.sql', ['INSERT INTO t VALUES (1)'])).toEqual(done);
    expect(await run('DEALLOCATE ALL')).toEqual(done);
    expect(await run('DISCARD ALL')).toEqual(done);
    expect(await apply(session, '4.sql', ['INSERT INTO t VALUES (1)'])).toEqual(done);
  });

  it('are done without where a function gives them up', async () => {
    const make = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DEAL' || 'LOCATE ALL'; END $$";
    expect(await apply(session, '2.sql', [make])).toEqual(done);
    expect(await apply(session, '3.sql', ['SELECT f()'])).toMatchObject({
      type: 'refused',
      error: { sqlstate: '26000' },
    });
    expect(await apply(session, '3.sql', ['SELECT f()'])).toEqual(done);
    expect(await apply(session, '4.sql', ['CREATE TABLE t (a int)'])).toEqual(done);
  });
});
