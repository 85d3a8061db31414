import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canWriteAhead } from '../../../adapters/sqlite/child/can-write-ahead.ts';
import { createCommitEase } from '../../../adapters/sqlite/child/commit-ease.ts';
import { openSqlite, rowsIn } from '../../support/sqlite-file.ts';
import { apply, claimOf, foundFile, never, newFile, openTarget, tenSeconds } from './sqlite-target.ts';

const modeOf = (file: string) => rowsIn(file, 'PRAGMA journal_mode')[0]?.journal_mode;

async function runAlone(session: Awaited<ReturnType<typeof openTarget>>, path: string, text: string) {
  await session.startAlone(claimOf(path), 0, never);
  const done = await session.runAlone({ scope: '', path, index: 0 }, { text }, tenSeconds, never);
  await session.finishAlone({ scope: '', path, executionMs: 1 });
  return done;
}

const endless = 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c';

/** A migration that is ended in the middle, with its process. */
const stopped = (session: Awaited<ReturnType<typeof openTarget>>, path: string) =>
  session.openMigration(claimOf(path), [{ text: `CREATE TABLE e AS ${endless}` }], { timeoutMs: 200 }, never);

/** What such a file system answers as soon as the file is to be written ahead. */
class WithoutSharedMemory {
  exec(sql: string): void {
    if (sql.includes('wal')) throw new Error('disk I/O error');
  }
  prepare(): never {
    throw new Error('nothing is prepared');
  }
  close(): void {}
}

describe('a file that the session finds', () => {
  it('keeps what undoes a transaction as a file for as long as the session', async () => {
    const file = foundFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    expect(existsSync(`${file}-journal`)).toBe(true);
    // To everybody else it is as if it were not there.
    expect(rowsIn(file, 'SELECT count(*) AS n FROM a')).toEqual([{ n: 0 }]);
    await apply(session, '2.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    expect(existsSync(`${file}-journal`)).toBe(false);
    expect(modeOf(file)).toBe('delete');
    expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('is as it was found to a check that looks at it', async () => {
    const session = await openTarget(foundFile());
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    const answer = await session.query('PRAGMA journal_mode', 1, tenSeconds, never);
    expect(answer).toMatchObject({ value: { rows: [['delete']] } });
    await session.close();
  });

  it('stays written ahead where it was, also where that begins while the session is open', async () => {
    const file = newFile();
    openSqlite(file).exec('PRAGMA journal_mode = wal');
    const first = await openTarget(file);
    await apply(first, '1.sql', ['CREATE TABLE a (x integer)']);
    await first.close();
    expect(modeOf(file)).toBe('wal');

    const other = foundFile();
    const second = await openTarget(other);
    await apply(second, '1.sql', ['CREATE TABLE a (x integer)']);
    openSqlite(other).exec('PRAGMA journal_mode = wal');
    await apply(second, '2.sql', ['INSERT INTO a VALUES (1)']);
    await second.close();
    expect(modeOf(other)).toBe('wal');
    expect(rowsIn(other, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });
});

describe('a file that the session makes', () => {
  it('is written ahead until the session ends', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    expect(existsSync(`${file}-wal`)).toBe(true);
    expect(readdirSync(dirname(file)).sort()).toEqual(['target.db', 'target.db-shm', 'target.db-wal']);
    await apply(session, '2.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(modeOf(file)).toBe('delete');
    expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('is as it was also after a statement had to be stopped by ending the process', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    expect(await stopped(session, '2.sql')).toMatchObject({ type: 'refused', cause: 'timeout' });
    await apply(session, '3.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    expect(modeOf(file)).toBe('delete');
    expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('is as it was also where that was the last thing that was done', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    await stopped(session, '2.sql');
    await session.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(modeOf(file)).toBe('delete');
  });

  it('syncs every commit', async () => {
    const session = await openTarget(newFile());
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    // In a transaction, in which nothing can switch the file back.
    await session.openMigration(
      claimOf('2.sql'),
      [{ text: 'CREATE TABLE s AS SELECT * FROM pragma_synchronous' }],
      tenSeconds,
      never,
    );
    await session.commitMigrations([{ scope: '', path: '2.sql', executionMs: 1 }]);
    expect(await session.query('SELECT * FROM s', 1, tenSeconds, never)).toMatchObject({ value: { rows: [[2]] } });
    await session.close();
  });

  it('is what a migration makes of it: one that asks for write-ahead logging gets it', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    expect(await runAlone(session, '2.sql', 'VACUUM')).toMatchObject({ type: 'done' });
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(await runAlone(session, '3.sql', 'PRAGMA journal_mode = wal')).toMatchObject({ type: 'done' });
    await apply(session, '4.sql', ['INSERT INTO a VALUES (1)']);
    // Also where another process has to go on.
    await stopped(session, '5.sql');
    await apply(session, '6.sql', ['INSERT INTO a VALUES (2)']);
    await session.close();
    expect(modeOf(file)).toBe('wal');
  });

  it('runs what no transaction takes also while somebody else has it open', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    const other = openSqlite(file);
    other.prepare('SELECT * FROM a').all();
    expect(await runAlone(session, '2.sql', 'VACUUM')).toMatchObject({ type: 'done' });
    await session.close();
    other.close();
  });

  it('stays written ahead where somebody else has it open at the end, and loses nothing', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    const other = openSqlite(file);
    other.exec('BEGIN; SELECT * FROM a');
    await apply(session, '2.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    other.exec('COMMIT');
    other.close();
    expect(modeOf(file)).toBe('wal');
    expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('is written as any other where the file system has no memory to share', async () => {
    const database = openSqlite(newFile());
    const told: boolean[] = [];
    const commits = createCommitEase(database as never, {
      isNew: true,
      isWrittenAhead: false,
      canWriteAhead: () => false,
      onWrittenAhead: (on) => told.push(on),
    });
    commits.ease();
    expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'persist' }]);
    expect(told).toEqual([]);
    database.close();
  });

  it('is tried for that with a file that goes', async () => {
    const file = foundFile();
    expect(canWriteAhead({ DatabaseSync: WithoutSharedMemory }, file)).toBe(false);
    expect(readdirSync(dirname(file))).toEqual(['target.db']);
  });
});
