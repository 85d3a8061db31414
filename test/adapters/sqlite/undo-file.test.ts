import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openSqlite, rowsIn } from '../../support/sqlite-file.ts';
import { apply, newFile, openTarget } from './sqlite-target.ts';

const modeOf = (file: string) => rowsIn(file, 'PRAGMA journal_mode');

it('keeps the file that undoes a transaction for as long as the session, and removes it then', async () => {
  const file = newFile();
  const session = await openTarget(file);
  await apply(session, '1.sql', ['CREATE TABLE a (x integer)']);
  expect(existsSync(`${file}-journal`)).toBe(true);
  // To everybody else it is as if it were not there.
  expect(rowsIn(file, 'SELECT count(*) AS n FROM a')).toEqual([{ n: 0 }]);
  await apply(session, '2.sql', ['INSERT INTO a VALUES (1)']);
  await session.close();
  expect(existsSync(`${file}-journal`)).toBe(false);
  expect(modeOf(file)).toEqual([{ journal_mode: 'delete' }]);
  expect(rowsIn(file, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
});

it('leaves write-ahead logging as it is, also where it begins while the session is open', async () => {
  const file = newFile();
  openSqlite(file).exec('PRAGMA journal_mode = wal');
  const first = await openTarget(file);
  await apply(first, '1.sql', ['CREATE TABLE a (x integer)']);
  await first.close();
  expect(modeOf(file)).toEqual([{ journal_mode: 'wal' }]);

  const other = newFile();
  const second = await openTarget(other);
  await apply(second, '1.sql', ['CREATE TABLE a (x integer)']);
  openSqlite(other).exec('PRAGMA journal_mode = wal');
  await apply(second, '2.sql', ['INSERT INTO a VALUES (1)']);
  await second.close();
  expect(modeOf(other)).toEqual([{ journal_mode: 'wal' }]);
  expect(rowsIn(other, 'SELECT x FROM a')).toEqual([{ x: 1 }]);
});
