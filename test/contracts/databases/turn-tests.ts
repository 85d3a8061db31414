import { expect, it } from 'vitest';
import type { DatabaseSession, Turn } from '../../../core/index.ts';
import { sendTurn } from '../../support/send-turn.ts';
import { claimOf, done, finished, type Harness, never, refusedWith } from './harness.ts';

/** Migrations in turn: each is one request, and may be asked for before the one before it is done. */
export function turnTests({ subject, ...harness }: Harness): void {
  const { open, apply, count, rows } = harness;
  const statuses = async (session: DatabaseSession) =>
    (await rows(session))?.map(({ path, status }) => `${path} ${status}`);
  const missing = { type: 'refused' };

  it('applies migrations in the order in which they were asked for, a transaction each', async () => {
    const session = await open();
    const begun: string[] = [];
    const turns = ['1.sql', '2.sql', '3.sql', '4.sql'].map((path, i) => {
      const statements = i === 0 ? ['CREATE TABLE t (a int)'] : [`INSERT INTO t VALUES (${i})`];
      return send(session, path, statements, { onBegin: () => begun.push(path) });
    });
    expect(await Promise.all(turns)).toMatchObject(turns.map(() => ({ type: 'committed' })));
    expect(begun).toEqual(['1.sql', '2.sql', '3.sql', '4.sql']);
    expect(await count(session, 't')).toBe(3);
    expect(await rows(session)).toMatchObject(
      begun.map((path) => ({ path, status: 'succeeded', statementIndex: 1, runId: '20260205-120000-k3f9qz' })),
    );
  });

  it('tells of each when what commits it is on its way, before its end is known', async () => {
    const session = await open();
    const told: string[] = [];
    const turns = ['1.sql', '2.sql', '3.sql'].map(async (path, i) => {
      const statement = i === 0 ? 'CREATE TABLE t (a int)' : `INSERT INTO t VALUES (${i})`;
      await send(session, path, [statement], { onCommit: () => told.push(`commits ${path}`) });
      told.push(`ended ${path}`);
    });
    await Promise.all(turns);
    for (const path of ['1.sql', '2.sql', '3.sql'])
      expect(told.filter((one) => one.endsWith(path))).toEqual([`commits ${path}`, `ended ${path}`]);
  });

  it('begins nothing behind one that is refused, which it tells with its statement', async () => {
    const session = await open();
    const { statement, error } = subject.failing;
    const turns = [
      send(session, '1.sql', ['CREATE TABLE t (a int)']),
      send(session, '2.sql', ['INSERT INTO t VALUES (1)', statement]),
      send(session, '3.sql', ['INSERT INTO t VALUES (3)']),
    ];
    const [first, second, third] = await Promise.all(turns);
    expect(first).toMatchObject({ type: 'committed' });
    expect(second).toMatchObject({ ...refusedWith(error), statement: 1 });
    expect(third).toEqual({ type: 'skipped' });
    expect(await send(session, '4.sql', ['INSERT INTO t VALUES (4)'])).toEqual({ type: 'skipped' });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await count(session, 't')).toBe(0);
    expect(await statuses(session)).toEqual(['1.sql succeeded']);
    expect(await send(session, '2.sql', ['INSERT INTO t VALUES (2)'])).toMatchObject({ type: 'committed' });
    expect(await statuses(session)).toEqual(['1.sql succeeded', '2.sql succeeded']);
  });

  it('leaves to the caller what it is not permitted to commit', async () => {
    const session = await open();
    await send(session, '1.sql', ['CREATE TABLE t (a int)']);
    const turns = [
      send(session, '2.sql', ['INSERT INTO t VALUES (2)'], { permit: () => Promise.resolve(false) }),
      send(session, '3.sql', ['INSERT INTO t VALUES (3)']),
    ];
    const [second, third] = await Promise.all(turns);
    expect([{ type: 'skipped' }, { type: 'done', value: 'claimed' }]).toContainEqual(second);
    expect(third).toEqual({ type: 'skipped' });
    expect(await statuses(await harness.connect())).toEqual(['1.sql succeeded']);
    if (second?.type === 'done') {
      expect(await session.commitMigrations([finished('2.sql')])).toEqual(done(undefined));
      expect(await statuses(session)).toEqual(['1.sql succeeded', '2.sql succeeded']);
    }
  });

  it('does not begin what another has applied', async () => {
    const session = await open();
    await apply(session, '1.sql', 'CREATE TABLE t (a int)');
    const turns = [
      send(session, '1.sql', ['INSERT INTO t VALUES (1)']),
      send(session, '2.sql', ['INSERT INTO t VALUES (2)']),
    ];
    expect(await Promise.all(turns)).toEqual([{ type: 'done', value: 'taken' }, { type: 'skipped' }]);
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await count(session, 't')).toBe(0);
  });

  it('ends the one that runs when it is cancelled, and what was committed before stands', async () => {
    const session = await open();
    const cancel = new AbortController();
    const first = send(session, '1.sql', ['CREATE TABLE t (a int)'], {}, cancel.signal);
    const others = [
      send(session, '2.sql', ['INSERT INTO t VALUES (2)', subject.endless.statement], {}, cancel.signal),
      send(session, '3.sql', ['INSERT INTO t VALUES (3)'], {}, cancel.signal),
    ];
    expect(await first).toMatchObject({ type: 'committed' });
    setTimeout(() => cancel.abort('enough'), 50);
    expect(await Promise.all(others)).toMatchObject([{ type: 'refused', cause: 'cancelled' }, { type: 'skipped' }]);
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await statuses(session)).toEqual(['1.sql succeeded']);
    expect(await count(session, 't')).toBe(0);
  });

  it('says truthfully what a cancel at any moment has left committed', async () => {
    const session = await open();
    await apply(session, 'first.sql', 'CREATE TABLE t (a int)');
    for (let round = 0; round < 8; round++) {
      const cancel = new AbortController();
      const paths = [1, 2, 3].map((n) => `${round}-${n}.sql`);
      const turns = paths.map((path) => send(session, path, [`INSERT INTO t VALUES (${round})`], {}, cancel.signal));
      await new Promise((later) => setTimeout(later, round / 2));
      cancel.abort('enough');
      const ends = await Promise.all(turns);
      await session.rollback();
      const said = paths.filter((_, i) => ends[i]?.type === 'committed').map((path) => `${path} succeeded`);
      const found = (await statuses(session))?.filter((one) => one.startsWith(`${round}-`));
      expect([round, found]).toEqual([round, said]);
    }
  });

  it('ends one that takes longer than it may', async () => {
    const session = await open();
    const limits = { timeoutMs: 200 };
    const ended = await send(session, '1.sql', ['CREATE TABLE t (a int)', subject.endless.statement], { limits });
    expect(ended).toMatchObject({ type: 'refused', cause: 'timeout' });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await statuses(session)).toEqual([]);
    expect(await count(session, 't')).toMatchObject(missing);
  });

  if (subject.endings.length > 0)
    it('does not commit one whose statements would end its transaction', async () => {
      const session = await open();
      for (const text of subject.endings) {
        const ended = await send(session, '1.sql', ['CREATE TABLE t (a int)', text]);
        expect(ended.type, text).not.toBe('committed');
        expect(await session.rollback()).toEqual(done(undefined));
        expect(await statuses(session)).toEqual([]);
        expect(await count(session, 't')).toMatchObject(missing);
      }
    });

  if (subject.kill)
    it('is lost in the middle when what serves it is killed, and nothing behind it was begun', async () => {
      const session = await open();
      const begun: string[] = [];
      const turns = [
        send(session, '1.sql', ['CREATE TABLE t (a int)', subject.endless.statement]),
        send(session, '2.sql', ['CREATE TABLE u (a int)'], { onBegin: () => begun.push('2.sql') }),
      ];
      await new Promise((later) => setTimeout(later, 200));
      await subject.kill?.();
      expect(await Promise.all(turns)).toMatchObject([{ type: 'lost' }, { type: 'skipped' }]);
      expect(begun).toEqual([]);
    });
}

const send = (
  session: DatabaseSession,
  path: string,
  statements: readonly string[],
  more: Partial<Turn> = {},
  signal = never,
) => sendTurn(session, claimOf(path), statements, more, signal);
