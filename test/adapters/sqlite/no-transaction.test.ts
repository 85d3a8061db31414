import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, Notice } from '../../../core/index.ts';
import { openSqlite, rowsIn } from '../../support/sqlite-file.ts';
import { claimOf, never, newFile, openTarget, tenSeconds } from './sqlite-target.ts';

let file: string;
let session: DatabaseSession;
let index: number;
let notices: Notice[];

beforeEach(async () => {
  file = newFile();
  index = 0;
  notices = [];
  session = await openTarget(file, (notice) => notices.push(notice));
  await session.startAlone(claimOf('1.sql'), 0, never);
});
afterEach(() => session.close());

const run = async (text: string, limits: { timeoutMs: number; lockTimeoutMs?: number } = tenSeconds) => {
  const ran = await session.runAlone({ scope: '', path: '1.sql', index }, { text }, limits, never);
  if (ran.type === 'done') index += 1;
  return ran;
};
const done = { type: 'done', value: undefined };
const row = async () => {
  const read = await session.readHistory('', never);
  return read.type === 'done' ? read.value?.[0] : read;
};

describe('a SQLite migration that runs statement by statement', () => {
  it('may use what no transaction takes', async () => {
    const statements = ['CREATE TABLE t (a)', 'PRAGMA journal_mode = WAL', 'VACUUM', 'INSERT INTO t VALUES (1)'];
    for (const text of statements) expect(await run(text), text).toEqual(done);
    expect(await row()).toMatchObject({ statementIndex: 4, inFlight: false });
    expect(rowsIn(file, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  it('says that a statement was not done when its process had to be killed', async () => {
    await run('CREATE TABLE t (a)');
    const fill =
      'INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200000) SELECT randomblob(100) FROM c';
    await run(fill);
    const stopped = await run('VACUUM', { timeoutMs: 3 });
    expect(stopped).toMatchObject({ type: 'refused', cause: 'timeout' });
    expect(await row()).toMatchObject({ statementIndex: 2, inFlight: false });
    expect(await run('VACUUM')).toEqual(done);
  });

  it('is gone on with by one process alone: a claim of what was read before is refused, and who lost the row runs nothing more', async () => {
    await run('CREATE TABLE t (a)');
    await run('INSERT INTO t VALUES (1)');
    const other = await openTarget(file);
    const theirs = { ...claimOf('1.sql'), runId: '20260205-120001-zzzzzz' };
    expect(await other.startAlone(theirs, 1, never)).toEqual({ type: 'done', value: 'taken' });
    expect(await other.startAlone(theirs, 2, never)).toEqual({ type: 'done', value: 'claimed' });
    expect(await run('INSERT INTO t VALUES (2)')).toMatchObject({ type: 'refused', cause: 'error' });
    const place = { scope: '', path: '1.sql', index: 2 };
    expect(await other.runAlone(place, { text: 'INSERT INTO t VALUES (2)' }, tenSeconds, never)).toEqual(done);
    await other.close();
    expect(rowsIn(file, 'SELECT a FROM t ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('waits for another writer no longer than it may, also for what no transaction takes', async () => {
    await run('CREATE TABLE t (a)');
    const other = openSqlite(file);
    other.exec('BEGIN IMMEDIATE');
    for (const text of ['INSERT INTO t VALUES (1)', 'VACUUM'])
      expect(await run(text, { timeoutMs: 60_000, lockTimeoutMs: 200 }), text).toMatchObject({ cause: 'lock-timeout' });
    other.exec('ROLLBACK');
    other.close();
    expect(await row()).toMatchObject({ statementIndex: 1, inFlight: false });
    expect(await run('VACUUM')).toEqual(done);
  });

  it('rebuilds a table without deleting the rows of its children, and tells of rows that it leaves broken', async () => {
    const statements = [
      'CREATE TABLE parent (id INTEGER PRIMARY KEY)',
      'CREATE TABLE child (parent INTEGER REFERENCES parent(id) ON DELETE CASCADE)',
      'INSERT INTO parent VALUES (1)',
      'INSERT INTO child VALUES (1)',
      'DROP TABLE parent',
      'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)',
    ];
    for (const text of statements) expect(await run(text), text).toEqual(done);
    expect(rowsIn(file, 'SELECT * FROM child')).toEqual([{ parent: 1 }]);
    expect(await session.finishAlone({ scope: '', path: '1.sql', executionMs: 1 })).toEqual(done);
    expect(notices).toEqual([{ severity: 'WARNING', message: 'Rows break foreign keys: "child" → "parent" (1 row).' }]);
    const on = await session.query('PRAGMA foreign_keys', 1, tenSeconds, never);
    expect(on).toMatchObject({ value: { rows: [[1]] } });
  });
});
