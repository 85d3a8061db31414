import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { DatabaseSession } from '../../../core/index.ts';
import { rowsIn } from '../../support/sqlite-file.ts';
import { claimOf, never, newFile, openTarget, tenSeconds } from './sqlite-target.ts';

const sessions: DatabaseSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

const row = (path: string) => ({ scope: '', path, executionMs: 1 });
const create = (name: string) => [{ text: `CREATE TABLE ${name} (x)` }];
const statuses = (file: string) =>
  rowsIn(file, 'SELECT path, status FROM srdeploy_migrations ORDER BY path').map(({ path, status }) => [path, status]);

async function begun(first = create('a')) {
  const file = newFile();
  const session = await openTarget(file);
  sessions.push(session);
  expect(await session.openMigration(claimOf('1.sql'), first, tenSeconds, never)).toMatchObject({ value: 'claimed' });
  return { file, session };
}

function commitAndOpen(session: DatabaseSession, statements = create('b'), signal = never) {
  const both = session.commitAndOpen?.(
    [row('1.sql')],
    { row: claimOf('2.sql'), statements, limits: tenSeconds },
    signal,
  );
  if (!both) throw new Error('SQLite sessions commit and open in one request.');
  return both;
}

describe('committing one migration and opening the next in one request', () => {
  it('commits the one, and leaves the other open, to be committed or rolled back', async () => {
    const { file, session } = await begun();
    const { committed, opened } = commitAndOpen(session);
    expect(await committed).toMatchObject({ type: 'done' });
    expect(await opened).toMatchObject({ type: 'done', value: 'claimed' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
    expect(await session.commitMigrations([row('2.sql')])).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([
      ['1.sql', 'succeeded'],
      ['2.sql', 'succeeded'],
    ]);
  });

  it('begins nothing of the other where the one is refused at its end', async () => {
    const { file, session } = await begun([
      { text: 'CREATE TABLE parent (id integer PRIMARY KEY)' },
      { text: 'CREATE TABLE child (p integer REFERENCES parent)' },
      { text: 'INSERT INTO child VALUES (7)' },
    ]);
    const { committed, opened } = commitAndOpen(session);
    expect(await committed).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('foreign key') },
    });
    expect(await opened).toBeUndefined();
    expect(statuses(file)).toEqual([]);
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(rowsIn(file, "SELECT name FROM sqlite_schema WHERE name IN ('b', 'child')")).toEqual([]);
  });

  it('tells the refusal of the other with its statement, and the commit of the one stands', async () => {
    const { file, session } = await begun();
    const { committed, opened } = commitAndOpen(session, [...create('b'), { text: 'SELECT * FROM nowhere' }]);
    expect(await committed).toMatchObject({ type: 'done' });
    expect(await opened).toMatchObject({ type: 'refused', statement: 1 });
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
    expect(rowsIn(file, "SELECT name FROM sqlite_schema WHERE name = 'b'")).toEqual([]);
  });

  it('waits with the commit for a reader that is in the way, and begins the other only when it is asked for', async () => {
    const { file, session } = await begun();
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
    const { committed, opened } = commitAndOpen(session);
    expect(await opened).toBeUndefined();
    reader.exec('COMMIT');
    reader.close();
    expect(await committed).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
    expect(await session.openMigration(claimOf('2.sql'), create('b'), tenSeconds, never)).toMatchObject({
      value: 'claimed',
    });
  });

  it('cancels the other alone: the commit of the one stands', async () => {
    const { file, session } = await begun();
    const cancel = new AbortController();
    const endless = [
      { text: 'CREATE TABLE b AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i FROM c' },
    ];
    const { committed, opened } = commitAndOpen(session, endless, cancel.signal);
    expect(await committed).toMatchObject({ type: 'done' });
    cancel.abort();
    expect(await opened).toMatchObject({ type: 'refused', cause: 'cancelled' });
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
    expect(await session.ping(never)).toMatchObject({ type: 'done' });
  });

  it('is lost as a whole when the process dies before the commit, and only the other when it dies after', async () => {
    const { session } = await begun();
    await session.close();
    const { committed, opened } = commitAndOpen(session);
    expect(await committed).toMatchObject({ type: 'lost' });
    expect(await opened).toBeUndefined();
  });

  it('sends no statement of the other that would tear it from its row, and the commit of the one stands', async () => {
    const { file, session } = await begun();
    const { committed, opened } = commitAndOpen(session, [...create('b'), { text: 'COMMIT' }, ...create('c')]);
    expect(await committed).toMatchObject({ type: 'done' });
    expect(await opened).toMatchObject({ type: 'refused', cause: 'error', statement: 1 });
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
    expect(rowsIn(file, "SELECT name FROM sqlite_schema WHERE name IN ('b', 'c')")).toEqual([]);
  });
});
