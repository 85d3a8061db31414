import { expect, it } from 'vitest';
import { claimOf, done, finished, type Harness, never, place, refusedWith, rowOf, seconds, until } from './harness.ts';

const CREATE = { text: 'CREATE TABLE t (a int)' };
const INSERT = { text: 'INSERT INTO t VALUES (1)' };

/** A migration statement by statement: the row says at every moment how far it is. */
export function aloneTests({ subject, ...harness }: Harness): void {
  const { connect, open, apply, count, rows } = harness;

  it('confirms one statement after the other, for everybody to see', async () => {
    const session = await open();
    const other = await connect();
    const standing = (statementIndex: number) => [
      { ...rowOf(claimOf('a.sql')), status: 'started', statementIndex, inFlight: false },
    ];
    expect(await session.startAlone(claimOf('a.sql'), 0, never)).toEqual(done('claimed'));
    expect(await rows(other)).toMatchObject(standing(0));
    expect(await session.runAlone(place('a.sql', 0), CREATE, seconds(10), never)).toEqual(done(undefined));
    expect(await rows(other)).toMatchObject(standing(1));
    expect(await session.runAlone(place('a.sql', 1), INSERT, seconds(10), never)).toEqual(done(undefined));
    expect(await rows(other)).toMatchObject(standing(2));
    expect(await count(other, 't')).toBe(1);
    expect(await session.finishAlone(finished('a.sql'))).toEqual(done(undefined));
    expect(await rows(other)).toMatchObject([
      { status: 'succeeded', statementIndex: 2, inFlight: false, executionMs: 13 },
    ]);
    expect(await session.startAlone(claimOf('a.sql'), 0, never)).toEqual(done('taken'));
  });

  it('says that a statement which failed was not done, and runs it again', async () => {
    const session = await open();
    await session.startAlone(claimOf('a.sql'), 0, never);
    await session.runAlone(place('a.sql', 0), CREATE, seconds(10), never);
    const failing = { text: subject.failing.statement };
    expect(await session.runAlone(place('a.sql', 1), failing, seconds(10), never)).toMatchObject(
      refusedWith(subject.failing.error),
    );
    expect(await rows(session)).toMatchObject([{ status: 'started', statementIndex: 1, inFlight: false }]);
    expect(await session.runAlone(place('a.sql', 1), INSERT, seconds(10), never)).toEqual(done(undefined));
    expect(await rows(session)).toMatchObject([{ statementIndex: 2 }]);
  });

  it('is taken over by another session at the statement that is next', async () => {
    const first = await open();
    await first.startAlone(claimOf('a.sql'), 0, never);
    await first.runAlone(place('a.sql', 0), CREATE, seconds(10), never);
    await first.close();
    const second = await connect();
    const claim = claimOf('a.sql', { runId: 'second', appliedBy: 'bob' });
    expect(await second.startAlone(claim, 1, never)).toEqual(done('claimed'));
    expect(await rows(second)).toMatchObject([
      { status: 'started', statementIndex: 1, inFlight: false, runId: 'second', appliedBy: 'bob' },
    ]);
    expect(await second.runAlone(place('a.sql', 1), INSERT, seconds(10), never)).toEqual(done(undefined));
    expect(await second.finishAlone(finished('a.sql'))).toEqual(done(undefined));
    expect(await count(second, 't')).toBe(1);
  });

  it('rolls a migration back statement by statement, and the row keeps what the migration was', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', 'CREATE TABLE u (a int)');
    const back = claimOf('a.sql', { action: 'roll_back', sql: 'DROP TABLE u; DROP TABLE t', runId: 'back' });
    expect(await session.startAlone(back, 0, never)).toEqual(done('claimed'));
    const standing = { status: 'rolling_back', sql: back.sql, checksum: back.checksum, runId: 'back' };
    expect(await session.runAlone(place('a.sql', 0), { text: 'DROP TABLE u' }, seconds(10), never)).toEqual(
      done(undefined),
    );
    expect(await rows(session)).toMatchObject([{ ...standing, statementIndex: 1, inFlight: false }]);
    expect(await session.startAlone(claimOf('a.sql'), 0, never)).toEqual(done('taken'));
    expect(await session.startAlone(back, 1, never)).toEqual(done('claimed'));
    expect(await rows(session)).toMatchObject([{ ...standing, statementIndex: 1 }]);
    expect(await session.runAlone(place('a.sql', 1), { text: 'DROP TABLE t' }, seconds(10), never)).toEqual(
      done(undefined),
    );
    expect(await session.finishAlone(finished('a.sql'))).toEqual(done(undefined));
    expect(await rows(session)).toMatchObject([
      { ...rowOf(claimOf('a.sql')), status: 'rolled_back', runId: 'back', statementIndex: 2 },
    ]);
    expect(await session.startAlone(back, 0, never)).toEqual(done('taken'));
    expect(await session.startAlone(claimOf('a.sql'), 0, never)).toEqual(done('claimed'));
  });

  it('refuses a statement and an end of a migration that was not begun', async () => {
    const session = await open();
    expect(await session.runAlone(place('a.sql', 0), CREATE, seconds(5), never)).toMatchObject({ type: 'refused' });
    expect(await session.finishAlone(finished('a.sql'))).toMatchObject({ type: 'refused' });
    expect(await rows(session)).toEqual([]);
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
  });

  if (subject.endings.length > 0)
    it('refuses statements that would hold a transaction open over others', async () => {
      const session = await open();
      await session.startAlone(claimOf('a.sql'), 0, never);
      for (const text of [...subject.endings, "SELECT 'a\0b'"])
        expect(await session.runAlone(place('a.sql', 0), { text }, seconds(5), never), text).toMatchObject({
          type: 'refused',
          cause: 'error',
        });
      expect(await rows(session)).toMatchObject([{ status: 'started', statementIndex: 0, inFlight: false }]);
      expect(await session.runAlone(place('a.sql', 0), CREATE, seconds(5), never)).toEqual(done(undefined));
    });

  if (subject.kill)
    it('leaves a row that says where it was when what serves it is killed', async () => {
      const session = await open();
      await session.startAlone(claimOf('a.sql'), 0, never);
      await session.runAlone(place('a.sql', 0), CREATE, seconds(60), never);
      const endless = { text: subject.endless.statement };
      const running = session.runAlone(place('a.sql', 1), endless, seconds(60), never);
      await new Promise((tick) => setTimeout(tick, 300));
      await subject.kill?.();
      expect(await running).toMatchObject({ type: 'lost', message: expect.stringMatching(/\w/) });
      const next = await open();
      const inFlight = !subject.isAtomicAlone;
      expect(await rows(next)).toMatchObject([{ status: 'started', statementIndex: 1, inFlight }]);
      expect(await count(next, 't')).toBe(0);
      expect(await next.startAlone(claimOf('a.sql'), 1, never)).toEqual(done('claimed'));
      expect(await rows(next)).toMatchObject([{ status: 'started', statementIndex: 1, inFlight: false }]);
    });

  if (subject.getStuck && subject.kill)
    it('names the statement that was in flight where no transaction takes it', async () => {
      const session = await open();
      await session.startAlone(claimOf('a.sql'), 0, never);
      await session.runAlone(place('a.sql', 0), CREATE, seconds(60), never);
      const stuck = await subject.getStuck?.(harness.connection());
      const running = session.runAlone(place('a.sql', 1), { text: stuck?.statement ?? '' }, seconds(60), never);
      const other = await connect();
      await until(async () => (await rows(other))?.[0]?.inFlight === true);
      await subject.kill?.();
      expect(await running).toMatchObject({ type: 'lost' });
      await stuck?.release();
      expect(await rows(await connect())).toMatchObject([{ status: 'started', statementIndex: 1, inFlight: true }]);
    });
}
