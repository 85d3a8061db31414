import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findGbak } from '../../../adapters/firebird/gbak.ts';
import type { DatabaseSession } from '../../../core/index.ts';
import { openFirebirdClient } from '../../support/firebird-client.ts';
import { type FirebirdServer, startFirebird } from '../../support/firebird-server.ts';
import { apply, claimOf, connectionTo, never, openTarget, rowsOf, runOne, tenSeconds } from './firebird-target.ts';

let server: FirebirdServer;
let database: string;
let count = 0;
const sessions: DatabaseSession[] = [];
beforeAll(async () => {
  server = await startFirebird();
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

async function open(options: { readonly pageSize?: number } = {}): Promise<DatabaseSession> {
  count += 1;
  database = server.createDatabase(`a_${count}`, options);
  return again();
}
async function again(): Promise<DatabaseSession> {
  const session = await openTarget(connectionTo(server, { database }));
  sessions.push(session);
  return session;
}
const done = { type: 'done', value: undefined };
const row = async (session: DatabaseSession) => {
  const read = await session.readHistory('', never);
  return read.type === 'done' ? read.value?.[0] : undefined;
};

describe('the history table', () => {
  it.each([
    [4096, 130],
    [8192, 340],
    [16384, 750],
  ])('has its key in pages of %i bytes, with room for a path of %i characters', async (pageSize, length) => {
    const session = await open({ pageSize });
    const path = `${'é'.repeat(length - 4)}.sql`;
    expect(await apply(session, path, 'CREATE TABLE t (a INT)')).toEqual(done);
    expect(await row(session)).toMatchObject({ path, status: 'succeeded' });
    const tooLong = await session.startAlone(claimOf('x'.repeat(1_100)), 0, never);
    expect(tooLong).toMatchObject({ type: 'refused', error: { message: expect.stringContaining('truncation') } });
  });

  it('keeps long scripts, and short ones, as they are', async () => {
    const session = await open();
    const scripts = ['', 'é😀'.repeat(2_000), `${'x'.repeat(4_001)}😀`, 'long '.repeat(200_000)];
    for (const [i, sql] of scripts.entries()) await session.startAlone(claimOf(`${i}.sql`, { sql }), 0, never);
    const read = await session.readHistory('', never);
    expect(read.type === 'done' && read.value?.map(({ sql }) => sql)).toEqual(scripts);
  });

  it('reads nothing of a scope that is longer than any it can hold', async () => {
    const session = await open();
    expect(await session.readHistory('x'.repeat(200), never)).toEqual({ type: 'done', value: [] });
  });
});

describe('a statement of a migration', () => {
  it.each([
    ['DDL', 'CREATE TABLE t (a INT)', "SELECT 1 FROM RDB$RELATIONS WHERE RDB$RELATION_NAME = 'T'"],
    ['a sequence', 'ALTER SEQUENCE s RESTART WITH 500', 'SELECT 1 FROM RDB$DATABASE WHERE GEN_ID(s, 0) = 500'],
    ['a generator', 'SET GENERATOR s TO 500', 'SELECT 1 FROM RDB$DATABASE WHERE GEN_ID(s, 0) = 500'],
    ['a role', 'CREATE ROLE r', "SELECT 1 FROM RDB$ROLES WHERE RDB$ROLE_NAME = 'R'"],
  ])('and its record are one: where the record cannot be made, %s is not there', async (_what, text, look) => {
    const session = await open();
    await apply(session, '0.sql', 'CREATE SEQUENCE s');
    expect(await runOne(session, 'nobody.sql', 0, text)).toMatchObject({ type: 'refused' });
    expect(await rowsOf(session, look)).toEqual([]);
    expect(await apply(session, '1.sql', text)).toEqual(done);
    expect(await rowsOf(session, look)).toEqual([[1]]);
  });

  it('that fails only at its COMMIT is refused, and its record with it', async () => {
    const session = await open();
    await apply(session, '1.sql', 'CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (1)');
    await session.startAlone(claimOf('0.sql'), 0, never);
    expect(await runOne(session, '0.sql', 0, 'CREATE UNIQUE INDEX u ON t (a)')).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { message: expect.stringContaining('duplicate value') },
    });
    expect(await row(session)).toMatchObject({ statementIndex: 0, inFlight: false });
  });

  it('that waits for an object in use ends with the lock timeout, at its COMMIT too', async () => {
    const session = await open();
    await apply(session, '1.sql', 'CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (1)');
    await session.startAlone(claimOf('0.sql'), 0, never);
    const other = await openFirebirdClient({ ...server, port: server.port, database });
    await other.run('UPDATE t SET a = 2');
    const limits = { timeoutMs: 60_000, lockTimeoutMs: 200 };
    expect(await runOne(session, '0.sql', 0, 'DROP TABLE t', limits)).toMatchObject({
      type: 'refused',
      cause: 'lock-timeout',
    });
    other.end();
    await expect.poll(() => runOne(session, '0.sql', 0, 'DROP TABLE t', limits)).toEqual(done);
  });

  it('that selects runs to its end, so that whatever it does is done', async () => {
    const session = await open();
    const maker =
      'CREATE PROCEDURE make RETURNS (n INT) AS BEGIN n = 0; WHILE (n < 1000) DO BEGIN n = n + 1; INSERT INTO t VALUES (:n); SUSPEND; END END';
    expect(await apply(session, '1.sql', 'CREATE TABLE t (a INT)', maker, 'SELECT n FROM make')).toEqual(done);
    expect(await rowsOf(session, 'SELECT COUNT(*) FROM t')).toEqual([[1000]]);
    expect(
      await apply(session, '2.sql', 'EXECUTE PROCEDURE make', 'DELETE FROM t WHERE a > 1 RETURNING a'),
    ).toMatchObject({
      type: 'refused',
      error: { message: expect.stringMatching(/multiple rows/i) },
    });
  });

  it('with parameters is refused, as nobody has values for them', async () => {
    const session = await open();
    expect(await apply(session, '1.sql', 'CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (?)')).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('parameters') },
    });
    expect(await session.ping(never)).toEqual(done);
  });

  it.each([
    ['selec 1', 'selec', /Token unknown/],
    ["SELECT '😀é' ,, 1 FROM RDB$DATABASE", ', 1', /Token unknown/],
    ["SELECT\r\n  'é😀', nope FROM RDB$DATABASE", 'nope', /Column unknown, NOPE/],
    ['SELECT 1 FROM', 'FROM', /Unexpected end of command/],
    ["EXECUTE BLOCK AS DECLARE i INT; BEGIN\n  /* é */ i = 'x'; END", "i = 'x'", /onversion error/],
    ['DROP TABLE nope', undefined, /Table NOPE does not exist/],
  ])('that is wrong tells where: %s', async (text, at, message) => {
    const session = await open();
    await session.startAlone(claimOf('1.sql'), 0, never);
    expect(await runOne(session, '1.sql', 0, text)).toMatchObject({
      type: 'refused',
      error: {
        message: expect.stringMatching(message),
        offset: at === undefined ? undefined : text.indexOf(at),
        sqlstate: undefined,
      },
    });
  });

  it('is never hit by the cancel of the one before', async () => {
    const session = await open();
    await session.startAlone(claimOf('1.sql'), 0, never);
    const short = 'EXECUTE BLOCK AS DECLARE i INT = 0; BEGIN WHILE (i < 20000) DO i = i + 1; END';
    for (let i = 0; i < 40; i += 1) {
      const ran = await runOne(session, '1.sql', 0, short, { timeoutMs: 1 + (i % 20) });
      if (ran.type !== 'done') expect(ran).toMatchObject({ type: 'refused', cause: 'timeout' });
      expect(await session.ping(never)).toEqual(done);
    }
  });
});

describe('a query', () => {
  it('answers values as people read them', async () => {
    const session = await open();
    await apply(
      session,
      '1.sql',
      'CREATE TABLE t (i BIGINT, n NUMERIC(18, 2), d DOUBLE PRECISION, b BOOLEAN, c VARCHAR(20) CHARACTER SET UTF8, x BLOB SUB_TYPE TEXT CHARACTER SET UTF8, y BLOB SUB_TYPE 0, w TIMESTAMP, z INT)',
      "INSERT INTO t VALUES (9007199254740993, 12.34, 0.5, TRUE, 'é😀', 'long 😀', x'00ff', '2026-02-05 12:00:00', NULL)",
    );
    expect(await rowsOf(session, 'SELECT * FROM t')).toEqual([
      ['9007199254740993', 12.34, 0.5, true, 'é😀', 'long 😀', Buffer.from([0, 255]), new Date(2026, 1, 5, 12), null],
    ]);
    const empty = await session.query('SELECT i AS "First", n FROM t WHERE i = 0', 5, tenSeconds, never);
    expect(empty).toEqual({ type: 'done', value: { columns: ['First', 'N'], rows: [] } });
  });

  it('does not fetch more than it is asked for', async () => {
    const session = await open();
    const endless =
      'CREATE PROCEDURE endless RETURNS (n INT) AS BEGIN n = 0; WHILE (1 = 1) DO BEGIN n = n + 1; SUSPEND; END END';
    await apply(session, '1.sql', endless);
    const asked = await session.query('SELECT n FROM endless', 3, tenSeconds, never);
    expect(asked).toMatchObject({ type: 'done', value: { rows: [[1], [2], [3]] } });
  });

  it('moves no sequence on, and takes the word in a text for no more than a text', async () => {
    const session = await open();
    await apply(session, '1.sql', 'CREATE SEQUENCE s');
    expect(await session.query('SELECT GEN_ID(s, 1) FROM RDB$DATABASE', 1, tenSeconds, never)).toMatchObject({
      type: 'refused',
      error: { offset: 7 },
    });
    expect(await rowsOf(session, "SELECT 'next value for s', GEN_ID(s, 0) FROM RDB$DATABASE")).toEqual([
      ['next value for s', 0],
    ]);
  });
});

describe('counting objects', () => {
  it('counts tables, views and indexes of people, and nothing of ours or of the system', async () => {
    const session = await open();
    expect(await session.tryLock('', never)).toEqual(done);
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 0 });
    await apply(
      session,
      '1.sql',
      'CREATE TABLE t (a INT NOT NULL PRIMARY KEY)',
      'CREATE VIEW v AS SELECT a FROM t',
      'CREATE GLOBAL TEMPORARY TABLE g (a INT)',
      'CREATE DESCENDING INDEX d ON t (a)',
    );
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 5 });
  });
});

describe('the lock', () => {
  it('stays through the migrations of its session, and is of one scope only', async () => {
    const session = await open();
    const other = await again();
    expect(await session.tryLock('a', never)).toEqual(done);
    expect(await session.tryLock('a', never)).toEqual(done);
    expect(await apply(session, '1.sql', 'CREATE TABLE t (a INT)', 'DROP TABLE t')).toEqual(done);
    await session.query('SELECT 1 FROM nope', 1, tenSeconds, never);
    expect(await other.tryLock('a', never)).toMatchObject({
      type: 'done',
      value: expect.stringMatching(/^session \d+ /),
    });
    expect(await other.tryLock('b', never)).toEqual(done);
  });

  it('is taken by one of several that ask at once in a database that has no table for it', async () => {
    await open();
    const all = await Promise.all([again(), again(), again(), again()]);
    const tried = await Promise.all(all.map((session) => session.tryLock('', never)));
    expect(tried.filter((one) => one.type === 'done' && one.value === undefined)).toHaveLength(1);
    expect(tried.map(({ type }) => type)).toEqual(['done', 'done', 'done', 'done']);
  });
});

describe('a backup', () => {
  it('leaves nothing behind where it is cancelled or the database is not there', async () => {
    const session = await open();
    const folder = mkdtempSync(join(tmpdir(), 'srd-gbak-'));
    const file = join(folder, 'copy.fbk');
    expect(await session.backup(file, tenSeconds, AbortSignal.abort())).toMatchObject({ cause: 'cancelled' });
    await server.kill();
    expect(await session.backup(file, tenSeconds, never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringMatching(/gbak ended with code 1: .*network/is) },
    });
    await server.restart();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('looks for gbak on PATH, and where the vendor puts it', async () => {
    expect(await findGbak('/not/there', [])).toBeUndefined();
    expect(await findGbak('/not/there', ['/usr/bin'])).toBe('/usr/bin/gbak');
    expect(existsSync((await findGbak()) ?? '')).toBe(true);
  });
});
