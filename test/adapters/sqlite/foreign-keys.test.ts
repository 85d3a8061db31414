import { afterEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, Notice } from '../../../core/index.ts';
import { openSqlite } from '../../support/sqlite-file.ts';
import { apply, claimOf, newFile, openTarget } from './sqlite-target.ts';

const rebuild = [
  'CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
  "INSERT INTO parent_new SELECT id, 'p' FROM parent",
  'DROP TABLE parent',
  'ALTER TABLE parent_new RENAME TO parent',
];

describe('foreign keys of a SQLite target', () => {
  let session: DatabaseSession;
  const notices: Notice[] = [];
  const family = async (): Promise<string> => {
    const file = newFile();
    session = await openTarget(file, (notice) => notices.push(notice));
    const made = await apply(session, '1.sql', [
      'CREATE TABLE parent (id INTEGER PRIMARY KEY)',
      'CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id) ON DELETE CASCADE)',
      'CREATE TABLE other (id INTEGER PRIMARY KEY)',
      'INSERT INTO parent VALUES (1), (2)',
      'INSERT INTO child VALUES (10, 1), (20, 2)',
    ]);
    expect(made).toMatchObject({ type: 'done' });
    notices.length = 0;
    return file;
  };
  const children = async () => {
    const found = await session.query(
      'SELECT id FROM child ORDER BY id',
      100,
      { timeoutMs: 1_000 },
      new AbortController().signal,
    );
    return found.type === 'done' ? found.value.rows.flat() : found;
  };
  afterEach(() => session.close());

  it('let a table be rebuilt without deleting the rows of its children', async () => {
    await family();
    expect(await apply(session, '2.sql', rebuild)).toMatchObject({ type: 'done' });
    expect(await children()).toEqual([10, 20]);
  });

  it('are enforced again after the migration', async () => {
    await family();
    await apply(session, '2.sql', rebuild);
    const on = await session.query('PRAGMA foreign_keys', 1, { timeoutMs: 1_000 }, new AbortController().signal);
    expect(on).toMatchObject({ value: { rows: [[1]] } });
  });

  it('refuse a commit that leaves a row without its parent, name both tables, and roll back', async () => {
    await family();
    const outcome = await apply(session, '2.sql', ['INSERT INTO child VALUES (30, 99), (31, 98)']);
    expect(outcome).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { message: 'The migration leaves rows that break foreign keys: "child" → "parent" (2 rows).' },
    });
    expect(await children()).toEqual([10, 20]);
    expect(await session.readHistory('', new AbortController().signal)).toMatchObject({ value: { length: 1 } });
    expect(await apply(session, '2.sql', ['INSERT INTO child VALUES (30, 1)'])).toMatchObject({ type: 'done' });
  });

  it('refuse a delete that would have cascaded', async () => {
    await family();
    expect(await apply(session, '2.sql', ['DELETE FROM parent WHERE id = 1'])).toMatchObject({
      type: 'refused',
      error: { hint: expect.stringContaining('cascade') },
    });
  });

  it('do not block a migration for rows that were broken before, and say so where it touches their table', async () => {
    const file = await family();
    breakRow(file, 99);
    expect(await apply(session, '1b.sql', ['INSERT INTO other VALUES (1)'])).toMatchObject({ type: 'done' });
    expect(notices).toEqual([]);
    expect(await apply(session, '2.sql', ['INSERT INTO child VALUES (30, 1)'])).toMatchObject({ type: 'done' });
    expect(notices).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining('"child" → "parent" (1 row)') },
    ]);
    expect(await apply(session, '3.sql', ['INSERT INTO child VALUES (31, 98)'])).toMatchObject({ type: 'refused' });
  });

  it('compare numbers where a table was rebuilt, and rows where it was not', async () => {
    const file = await family();
    breakRow(file, 99);
    const rebuildChild = [
      'CREATE TABLE child_new (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id))',
      'INSERT INTO child_new SELECT id + 100, parent FROM child',
      'DROP TABLE child',
      'ALTER TABLE child_new RENAME TO child',
    ];
    expect(await apply(session, '2.sql', rebuildChild)).toMatchObject({ type: 'done' });
    const swap = ['DELETE FROM child WHERE parent = 99', 'INSERT INTO child VALUES (900, 98)'];
    expect(await apply(session, '3.sql', swap)).toMatchObject({ type: 'refused' });
    breakRow(file, 97, 500);
    expect(await apply(session, '4.sql', ['INSERT INTO other VALUES (4)'])).toMatchObject({ type: 'done' });
  });

  it('are checked where a trigger writes to a table that no statement names', async () => {
    await family();
    const trigger = 'CREATE TRIGGER tr AFTER INSERT ON other BEGIN INSERT INTO child VALUES (40, 99); END';
    expect(await apply(session, '2.sql', [trigger])).toMatchObject({ type: 'done' });
    expect(await apply(session, '3.sql', ['INSERT INTO other VALUES (1)'])).toMatchObject({ type: 'refused' });
    expect(await apply(session, '4.sql', ['DROP TRIGGER tr'])).toMatchObject({ type: 'done' });
    expect(await apply(session, '5.sql', ['INSERT INTO other VALUES (1)'])).toMatchObject({ type: 'done' });
  });

  it('are checked under every way to write a name, in tables that were made or renamed on the way', async () => {
    await family();
    expect(await apply(session, '2.sql', ['INSERT INTO [CHILD] VALUES (40, 99)'])).toMatchObject({ type: 'refused' });
    const odd = 'CREATE TABLE "o""dd" (parent REFERENCES "PARENT"(id))';
    expect(await apply(session, '3.sql', [odd, 'ALTER TABLE parent RENAME TO elder'])).toMatchObject({ type: 'done' });
    expect(await apply(session, '4.sql', [`INSERT INTO 'o"dd' VALUES (99)`])).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('"elder" (1 row)') },
    });
    expect(await apply(session, '5.sql', ['DELETE FROM `elder` WHERE id = 2'])).toMatchObject({ type: 'refused' });
    const gone = ['DROP TABLE child', 'DELETE FROM elder'];
    expect(await apply(session, '6.sql', gone)).toMatchObject({ type: 'done' });
  });

  it('are checked over all statements of a transaction, in whatever message they came', async () => {
    await family();
    const text = (sql: string) => [{ text: sql }];
    const limits = { timeoutMs: 10_000 };
    const never = new AbortController().signal;
    await session.openMigration(claimOf('2.sql'), text('INSERT INTO other VALUES (1)'), limits, never);
    await session.runStatements(text('INSERT INTO child VALUES (30, 99)'), limits, never);
    await session.openMigration(claimOf('3.sql'), text('INSERT INTO other VALUES (2)'), limits, never);
    const rows = ['2.sql', '3.sql'].map((path) => ({ scope: '', path, executionMs: 1 }));
    expect(await session.commitMigrations(rows)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('"child" → "parent" (1 row)') },
    });
    expect(await children()).toEqual([10, 20]);
  });

  it('that cannot be checked at all refuse only the migration that made them so', async () => {
    await family();
    const mismatch = 'CREATE TABLE toy (owner TEXT REFERENCES person(name))';
    const person = ['CREATE TABLE person (name TEXT)', "INSERT INTO person VALUES ('a')"];
    expect(await apply(session, '2.sql', [...person, mismatch, "INSERT INTO toy VALUES ('a')"])).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('foreign key mismatch') },
    });
  });
});

function breakRow(file: string, parent: number, id = 50): void {
  const other = openSqlite(file);
  other.exec(`PRAGMA foreign_keys = 0; INSERT INTO child VALUES (${id}, ${parent})`);
  other.close();
}
