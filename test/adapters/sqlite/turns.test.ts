import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { DatabaseSession } from '../../../core/index.ts';
import { sendTurn } from '../../support/send-turn.ts';
import { rowsIn } from '../../support/sqlite-file.ts';
import { claimOf, foundFile, newFile, openTarget } from './sqlite-target.ts';

const sessions: DatabaseSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

const statuses = (file: string) =>
  rowsIn(file, 'SELECT path, status FROM srdeploy_migrations ORDER BY path').map(({ path, status }) => [path, status]);

async function begun(file = newFile()) {
  const session = await openTarget(file);
  sessions.push(session);
  return { file, session };
}

const send = (session: DatabaseSession, path: string, ...statements: readonly string[]) =>
  sendTurn(session, claimOf(path), statements);

/** A statement that lasts about so many seconds on this machine: longer than a permission to commit, shorter than its time limit. */
function lasting(seconds: number): string {
  const counting = (rows: number) =>
    `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${rows}) SELECT count(*) AS n FROM c`;
  const probe = new DatabaseSync(':memory:');
  const begun = performance.now();
  probe.prepare(counting(300_000)).get();
  const rows = Math.round((300_000 * seconds * 1_000) / (performance.now() - begun));
  probe.close();
  return `CREATE TABLE long AS ${counting(rows)}`;
}

describe('migrations in turn on SQLite', () => {
  it('begin nothing behind one that is refused at its end, for what it leaves', async () => {
    const { file, session } = await begun();
    const turns = [
      send(
        session,
        '1.sql',
        'CREATE TABLE parent (id integer PRIMARY KEY)',
        'CREATE TABLE child (p integer REFERENCES parent)',
        'INSERT INTO child VALUES (7)',
      ),
      send(session, '2.sql', 'CREATE TABLE b (x)'),
    ];
    expect(await Promise.all(turns)).toMatchObject([
      { type: 'refused', error: { message: expect.stringContaining('foreign key') } },
      { type: 'skipped' },
    ]);
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([]);
    expect(rowsIn(file, "SELECT name FROM sqlite_schema WHERE name IN ('b', 'child')")).toEqual([]);
  });

  it('leave one open that a reader keeps from being committed, for the caller to wait', async () => {
    const { file, session } = await begun(foundFile());
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
    const turns = [send(session, '1.sql', 'CREATE TABLE a (x)'), send(session, '2.sql', 'CREATE TABLE b (x)')];
    expect(await Promise.all(turns)).toEqual([{ type: 'done', value: 'claimed' }, { type: 'skipped' }]);
    const committing = session.commitMigrations([{ scope: '', path: '1.sql', executionMs: 1 }]);
    reader.exec('COMMIT');
    reader.close();
    expect(await committing).toMatchObject({ type: 'done' });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
  });

  it('begin nothing while another connection writes', async () => {
    const { file, session } = await begun();
    const writer = new DatabaseSync(file);
    writer.exec('BEGIN IMMEDIATE');
    expect(await send(session, '1.sql', 'CREATE TABLE a (x)')).toEqual({ type: 'skipped' });
    writer.exec('COMMIT');
    writer.close();
    expect(await session.rollback()).toMatchObject({ type: 'done' });
    expect(await send(session, '1.sql', 'CREATE TABLE a (x)')).toMatchObject({ type: 'committed' });
  });

  it('leave one open whose permission to commit has ended meanwhile', async () => {
    const { file, session } = await begun();
    const turns = [send(session, '1.sql', lasting(3)), send(session, '2.sql', 'CREATE TABLE b (x)')];
    expect(await Promise.all(turns)).toEqual([{ type: 'done', value: 'claimed' }, { type: 'skipped' }]);
    expect(statuses(file)).toEqual([]);
    expect(await session.commitMigrations([{ scope: '', path: '1.sql', executionMs: 1 }])).toMatchObject({
      type: 'done',
    });
    expect(statuses(file)).toEqual([['1.sql', 'succeeded']]);
  });

  it('are skipped where there is no process any more', async () => {
    const { session } = await begun();
    await session.close();
    expect(await send(session, '1.sql', 'CREATE TABLE a (x)')).toEqual({ type: 'skipped' });
  });
});
