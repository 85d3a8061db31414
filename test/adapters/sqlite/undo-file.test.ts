import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqlite, rowsIn } from '../../support/sqlite-file.ts';
import { apply, claimOf, foundFile, never, newFile, openTarget, tenSeconds } from './sqlite-target.ts';

const modeOf = (file: string) => rowsIn(file, 'PRAGMA journal_mode')[0]?.journal_mode;

async function runAlone(session: Awaited<ReturnType<typeof openTarget>>, path: string, text: string) {
  await session.startAlone(claimOf(path), 0, never);
  const done = await session.runAlone({ scope: '', path, index: 0 }, { text }, tenSeconds, never);
  await session.finishAlone({ scope: '', path, executionMs: 1 });
  return done;
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
    const endless =
      'INSERT INTO a WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c';
    const stopped = await session.openMigration(claimOf('2.sql'), [{ text: endless }], { timeoutMs: 200 }, never);
    expect(stopped).toMatchObject({ type: 'refused', cause: 'timeout' });
    await apply(session, '3.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    expect(modeOf(file)).toBe('delete');
    expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('is what a migration makes of it: one that asks for write-ahead logging gets it', async () => {
    const file = newFile();
    const session = await openTarget(file);
    await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
    expect(await runAlone(session, '2.sql', 'VACUUM')).toMatchObject({ type: 'done' });
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(await runAlone(session, '3.sql', 'PRAGMA journal_mode = wal')).toMatchObject({ type: 'done' });
    await apply(session, '4.sql', ['INSERT INTO a VALUES (1)']);
    await session.close();
    expect(modeOf(file)).toBe('wal');
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
    const file = newFile();
    mkdirSync(`${file}-probe-shm`);
    const session = await openTarget(file);
    expect(await apply(session, '1.sql', ['CREATE TABLE a (x integer)'])).toMatchObject({ type: 'done' });
    await session.close();
    expect(modeOf(file)).toBe('delete');
  });
});
