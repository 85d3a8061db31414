import { expect, it } from 'vitest';
import type { AppliedMigration } from '../../../core/index.ts';
import { claimOf, done, finished, type Harness, never, place, rowOf, seconds, texts } from './harness.ts';

const row = (path: string, changes: Partial<AppliedMigration> = {}): AppliedMigration => ({
  ...rowOf(claimOf(path)),
  status: 'succeeded',
  appliedAt: '2026-02-05T12:00:00.123Z',
  executionMs: 7,
  statementIndex: 3,
  inFlight: false,
  ...changes,
});

/** The history table in the target: made, read, changed, and brought up to date. */
export function historyTests({ subject, ...harness }: Harness): void {
  const { connect, open, apply, rows } = harness;

  it('has no history until it is made, and making it twice is nothing', async () => {
    const reader = await connect();
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
    await open();
    await open();
    expect(await reader.readHistory('shop', never)).toEqual(done([]));
    expect(await reader.countObjects(never)).toEqual(done(0));
  });

  it('lets several sessions make the history at once', async () => {
    const all = await Promise.all([connect(), connect(), connect(), connect()]);
    const made = await Promise.all(all.map((session) => session.ensureHistory(never)));
    expect(made).toEqual(made.map(() => done(undefined)));
  });

  it('says what was applied, by whom, when and with which statements', async () => {
    const session = await open();
    const before = Date.now();
    expect(await apply(session, 'm/V1__a.sql', 'CREATE TABLE t (a int)', 'INSERT INTO t VALUES (1)')).toEqual(
      done(undefined),
    );
    const other = await connect();
    expect(await rows(other)).toEqual([
      {
        ...rowOf(claimOf('m/V1__a.sql')),
        status: 'succeeded',
        statementIndex: 2,
        executionMs: expect.closeTo(13, -1),
        inFlight: false,
        appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    if (subject.kill)
      expect(Math.abs(Date.parse((await rows(other))?.[0]?.appliedAt ?? '') - before)).toBeLessThan(60_000);
    expect(await other.readHistory('other', never)).toEqual(done([]));
  });

  it('answers the rows of a scope in the order of their paths', async () => {
    const session = await open();
    const paths = ['b.sql', 'a.sql', 'B.sql', 'a/z.sql', 'é.sql'];
    await session.changeHistory({ put: paths.map((path) => row(path)), remove: [] }, never);
    await session.changeHistory({ put: [row('a.sql', { scope: '' })], remove: [] }, never);
    expect((await rows(session))?.map(({ path }) => path)).toEqual(['B.sql', 'a.sql', 'a/z.sql', 'b.sql', 'é.sql']);
    expect(await session.readHistory('', never)).toMatchObject(done([{ path: 'a.sql', scope: '' }]));
  });

  it('answers all rows also after a query that asked for one', async () => {
    const session = await open();
    await session.changeHistory({ put: [row('1.sql'), row('2.sql'), row('3.sql')], remove: [] }, never);
    expect(await session.query(subject.selectOne, 1, { timeoutMs: 10_000 }, never)).toMatchObject({ type: 'done' });
    expect(await rows(session)).toHaveLength(3);
  });

  it('writes rows as they are given, and makes the table for them', async () => {
    const session = await connect();
    const put = [
      row('1.sql'),
      row('2.sql', { status: 'started', statementIndex: 2, inFlight: true }),
      row('3.sql', { status: 'rolled_back', reason: 'it was a mistake — 😀', executionMs: 0 }),
      row('4.sql', { status: 'rolling_back', sql: 'DROP TABLE t', statementIndex: 1 }),
    ];
    expect(await session.changeHistory({ put, remove: [] }, never)).toEqual(done(undefined));
    expect(await rows(session)).toEqual(put);
    const changed = [row('2.sql', { reason: 'looked at it' }), row('4.sql', { status: 'rolled_back', sql: 'CREATE' })];
    expect(await session.changeHistory({ put: changed, remove: [] }, never)).toEqual(done(undefined));
    expect(await rows(session)).toEqual([put[0], changed[0], put[2], changed[1]]);
  });

  it('moves a row to another name in one change', async () => {
    const session = await open();
    await apply(session, 'old.sql', 'CREATE TABLE t (a int)');
    const [found] = (await rows(session)) ?? [];
    const change = { put: [{ ...(found as AppliedMigration), path: 'new.sql' }], remove: [place('old.sql', 0)] };
    expect(await session.changeHistory(change, never)).toEqual(done(undefined));
    expect(await rows(session)).toEqual([{ ...found, path: 'new.sql' }]);
  });

  it('changes nothing where one row of a change is refused', async () => {
    const session = await open();
    await session.changeHistory({ put: [row('1.sql')], remove: [] }, never);
    if (subject.kill) {
      const wrong = row('3.sql', { status: 'no such status' as AppliedMigration['status'] });
      const change = { put: [row('2.sql'), wrong], remove: [place('1.sql', 0)] };
      expect(await session.changeHistory(change, never)).toMatchObject({ type: 'refused' });
    }
    expect(await rows(session)).toEqual([row('1.sql')]);
  });

  it('leaves a migration alone that somebody has applied since', async () => {
    const session = await open();
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    const before = await rows(session);
    const again = claimOf('a.sql', { runId: 'later' });
    if (subject.isTransactional)
      expect(await session.openMigration(again, texts('CREATE TABLE u (a int)'), seconds(5), never)).toEqual(
        done('taken'),
      );
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.startAlone(again, 0, never)).toEqual(done('taken'));
    expect(await rows(session)).toEqual(before);
    expect(await harness.count(session, 'u')).toMatchObject({ type: 'refused' });
  });

  it('takes what is not applied for no rollback', async () => {
    const session = await open();
    const back = claimOf('a.sql', { action: 'roll_back', sql: 'DROP TABLE t' });
    if (subject.isTransactional) {
      expect(await session.openMigration(back, [], seconds(5), never)).toEqual(done('taken'));
      await session.rollback();
    }
    expect(await session.startAlone(back, 0, never)).toEqual(done('taken'));
    expect(await rows(session)).toEqual([]);
  });

  if (subject.makeEarlierHistory)
    it('reads a history of the first layout as it is, and brings it up to date before it writes', async () => {
      await subject.makeEarlierHistory?.(harness.connection());
      const old = { path: 'old.sql', status: 'succeeded', inFlight: false, reason: undefined };
      const reader = await connect('read-only');
      expect(await rows(reader)).toMatchObject([old]);
      const [session, other] = [await connect(), await connect()];
      const made = await Promise.all([session.ensureHistory(never), other.ensureHistory(never)]);
      expect(made).toEqual([done(undefined), done(undefined)]);
      expect(await rows(reader)).toMatchObject([old]);
      const back = claimOf('old.sql', { action: 'roll_back', sql: 'DROP TABLE t', reason: 'wrong' });
      expect(await session.startAlone(back, 0, never)).toEqual(done('claimed'));
      expect(await rows(reader)).toMatchObject([{ status: 'rolling_back', sql: 'DROP TABLE t', reason: 'wrong' }]);
      expect(await session.finishAlone(finished('old.sql'))).toEqual(done(undefined));
      expect(await rows(reader)).toMatchObject([{ status: 'rolled_back', sql: 'CREATE TABLE t (a int)' }]);
      expect(await session.countObjects(never)).toEqual(done(0));
    });
}
