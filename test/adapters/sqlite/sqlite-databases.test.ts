import { fork } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSqliteChild, type SqliteChild } from '../../../adapters/index.ts';
import type { DatabaseSession, Limits } from '../../../core/index.ts';
import { bundledScript, messageOf } from '../../support/bundled-script.ts';
import { openSqlite } from '../../support/sqlite-file.ts';
import {
  apply,
  claimOf,
  dist,
  foundFile,
  never,
  newFile,
  openTarget,
  tenSeconds,
  tryConnect,
} from './sqlite-target.ts';

const endless =
  'SELECT count(*) FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i FROM c)';

describe('a SQLite target', () => {
  const sessions: DatabaseSession[] = [];
  const open = async (file: string, program?: SqliteChild) => {
    const session = await openTarget(file, undefined, program);
    sessions.push(session);
    return session;
  };
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  });

  it('says why it cannot be opened', async () => {
    const file = newFile();
    expect(await tryConnect(file, { mode: 'read-only' })).toMatchObject({ type: 'missing-file' });
    expect(existsSync(file)).toBe(false);
    expect(await tryConnect(dirname(file))).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('not a file'),
    });
    writeFileSync(file, 'this is not a database, and it is longer than a header '.repeat(20));
    expect(await tryConnect(file)).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('not a database'),
    });
    expect(await tryConnect(newFile(), { timeoutMs: 1 })).toMatchObject({ type: 'unreachable' });
  });

  it('is made with its folder in a read-write session', async () => {
    const file = join(dirname(newFile()), 'a', 'b #?%20', 'new.db');
    await open(file);
    expect(existsSync(file)).toBe(true);
  });

  it('gives large whole numbers as text and blobs as bytes', async () => {
    const session = await open(newFile());
    expect(
      await session.query(
        "SELECT 9223372036854775807, 5, 1.5, NULL, 'é', x'00ff', 1 AS a, 2 AS a",
        1,
        tenSeconds,
        never,
      ),
    ).toMatchObject({
      value: { rows: [['9223372036854775807', 5, 1.5, null, 'é', new Uint8Array([0, 255]), 1, 2]] },
    });
  });

  it('names the kind of an error as SQLite does', async () => {
    const session = await open(newFile());
    expect(await apply(session, '1.sql', ['CREATE TABLE t (a UNIQUE)', 'INSERT INTO t VALUES (1), (1)'])).toMatchObject(
      {
        type: 'refused',
        error: {
          message: 'UNIQUE constraint failed: t.a',
          detail: 'SQLITE_CONSTRAINT_UNIQUE',
          sqlstate: undefined,
          offset: undefined,
        },
      },
    );
  });

  it('runs pragmas, selects and statements that answer rows', async () => {
    const session = await open(newFile());
    const statements = [
      'CREATE TABLE t (a)',
      'INSERT INTO t VALUES (1) RETURNING a',
      'SELECT * FROM t',
      'PRAGMA user_version = 7',
      '',
    ];
    expect(await apply(session, '1.sql', statements)).toMatchObject({ type: 'done' });
    expect(await session.query('PRAGMA user_version', 1, tenSeconds, never)).toMatchObject({ value: { rows: [[7]] } });
  });

  it('makes no file by a query, and lets no pragma switch its guard off', async () => {
    const file = newFile();
    const session = await open(file);
    for (const sql of [
      `ATTACH '${file}2' AS x`,
      `VACUUM INTO '${file}3'`,
      'PRAGMA user_version = 5',
      'PRAGMA journal_mode = WAL',
    ])
      expect(await session.query(sql, 1, tenSeconds, never), sql).toMatchObject({ type: 'refused' });
    await session.query('PRAGMA query_only = 0', 1, tenSeconds, never);
    expect(
      await session.query('WITH x AS (SELECT 1) INSERT INTO srdeploy_migrations SELECT * FROM x', 1, tenSeconds, never),
    ).toMatchObject({ type: 'refused' });
    expect(readdirSync(dirname(file))).toEqual(['target.db']);
  });

  it('works with write-ahead logging beside other connections, and leaves no files behind', async () => {
    const file = newFile();
    const other = openSqlite(file);
    other.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
    const session = await open(file);
    expect(await apply(session, '1.sql', ['INSERT INTO t VALUES (1)'])).toMatchObject({ type: 'done' });
    other.exec('INSERT INTO t VALUES (2)');
    other.close();
    const reader = await tryConnect(file, { mode: 'read-only' });
    if (reader.type !== 'connected') throw new Error(reader.message);
    expect(await reader.session.query('SELECT * FROM t', 9, tenSeconds, never)).toMatchObject({
      value: { rows: [[1], [2]] },
    });
    await reader.session.close();
    await session.close();
    expect(readdirSync(dirname(file))).toEqual(['target.db']);
  });

  it('waits for another writer until its time limit, or until it is cancelled, or until the writer is done', async () => {
    const file = newFile();
    const session = await open(file);
    const other = openSqlite(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await session.tryLock('', never)).toEqual({
      type: 'done',
      value: 'Another process is writing to the database.',
    });
    const begin = (limits: Limits, signal: AbortSignal) => session.openMigration(claimOf('1.sql'), [], limits, signal);
    expect(await begin({ timeoutMs: 300 }, never)).toMatchObject({ type: 'refused', cause: 'timeout' });
    expect(await begin({ timeoutMs: 60_000, lockTimeoutMs: 300 }, never)).toMatchObject({ cause: 'lock-timeout' });
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    expect(await begin({ timeoutMs: undefined }, cancel.signal)).toMatchObject({
      type: 'refused',
      cause: 'cancelled',
    });
    setTimeout(() => other.exec('COMMIT'), 300);
    expect(await apply(session, '1.sql', ['CREATE TABLE t (a)'])).toMatchObject({ type: 'done' });
    expect(await session.query('PRAGMA foreign_keys', 1, tenSeconds, never)).toMatchObject({ value: { rows: [[1]] } });
    other.close();
  });

  it('waits with COMMIT for a reader', async () => {
    const file = newFile();
    const session = await open(file);
    const other = openSqlite(file);
    other.exec('BEGIN');
    other.prepare('SELECT * FROM srdeploy_migrations').all();
    setTimeout(() => other.exec('COMMIT'), 400);
    expect(await apply(session, '1.sql', ['CREATE TABLE t (a)'])).toMatchObject({ type: 'done' });
    other.close();
  });

  it('lets one of two processes begin and the other wait', async () => {
    const file = newFile();
    const [first, second] = [await open(file), await open(file)];
    expect(await first.openMigration(claimOf('a.sql'), [], tenSeconds, never)).toMatchObject({ type: 'done' });
    const waiting = apply(second, 'b.sql', ['CREATE TABLE b (a)']);
    await first.runStatements([{ text: 'CREATE TABLE a (a)' }], tenSeconds, never);
    expect(await first.commitMigrations([{ scope: '', path: 'a.sql', executionMs: 1 }])).toMatchObject({
      type: 'done',
    });
    expect(await waiting).toMatchObject({ type: 'done' });
    expect(await first.readHistory('', never)).toMatchObject({ value: [{ path: 'a.sql' }, { path: 'b.sql' }] });
  });

  it('is read after a writer was killed in the middle, as it was before', async () => {
    const file = foundFile();
    const session = await open(file);
    await apply(session, '1.sql', ['CREATE TABLE t (a)']);
    const many =
      'INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50000) SELECT hex(randomblob(40)) FROM c';
    const written = [{ text: 'PRAGMA cache_size = 5' }, { text: many }];
    await session.openMigration(claimOf('2.sql'), written, tenSeconds, never);
    await session.runStatements([{ text: endless }], { timeoutMs: 100 }, never);
    expect(existsSync(`${file}-journal`)).toBe(true);
    const reader = await tryConnect(file, { mode: 'read-only' });
    if (reader.type !== 'connected') throw new Error(reader.message);
    expect(await reader.session.query('SELECT count(*) FROM t', 1, tenSeconds, never)).toMatchObject({
      value: { rows: [[0]] },
    });
    await reader.session.close();
  });

  it('rolls back when the process that uses it is killed, and its child ends', async () => {
    const file = newFile();
    await (await open(file)).close();
    const parent = fork(await bundledScript('adapters/sqlite/hold-transaction.ts'), [file, dist], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '--no-warnings', VSCODE_TEST: '1' },
    });
    expect(await messageOf(parent)).toBe('done');
    const child = childOf(parent.pid);
    const environment = readFileSync(`/proc/${child}/environ`, 'utf8').split('\0');
    expect(environment).toContain('SRDEPLOY_RUN=orphan');
    expect(environment.filter((entry) => /^(?:NODE_OPTIONS|VSCODE_)/.test(entry))).toEqual([]);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${child}`), { timeout: 5_000 }).toBe(false);
    const session = await open(file);
    expect(await session.readHistory('', never)).toEqual({ type: 'done', value: [] });
    expect(await session.countObjects(never)).toEqual({ type: 'done', value: 0 });
  });

  it('keeps a backup away from a folder that cannot be written, and removes a partial one', async () => {
    const file = newFile();
    const session = await open(file);
    const blocked = join(dirname(file), 'file');
    writeFileSync(blocked, '');
    expect(await session.backup(join(blocked, 'copy.db'), tenSeconds, never)).toMatchObject({ type: 'refused' });
    const aborted = AbortSignal.abort();
    expect(await session.backup(join(dirname(file), 'copy.db'), tenSeconds, aborted)).toMatchObject({
      cause: 'cancelled',
    });
    expect(readdirSync(dirname(file)).sort()).toEqual(['file', 'target.db']);
  });

  it('works after the bundle has been removed, because its program is in memory', async () => {
    const file = newFile();
    const bundles = dirname(newFile());
    copyFileSync(join(dist, 'sqlite-child.js'), join(bundles, 'sqlite-child.js'));
    const sqlite = { ...loadSqliteChild(bundles), driverPath: loadSqliteChild(dist).driverPath };
    rmSync(bundles, { recursive: true });
    const session = await open(file, sqlite);
    expect(await session.query(endless, 1, { timeoutMs: 100 }, never)).toMatchObject({ cause: 'timeout' });
    expect(await session.ping(never)).toMatchObject({ type: 'done' });
  });
});

function childOf(parent: number | undefined): string | undefined {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
    } catch {
      return false; // it ended between the two looks
    }
  });
}
