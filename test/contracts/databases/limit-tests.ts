import { expect, it } from 'vitest';
import type { DatabaseSession, Limits } from '../../../core/index.ts';
import { claimOf, done, type Harness, never, place, seconds, texts } from './harness.ts';

/** Time limits, cancels and waiting for locks. */
export function limitTests({ subject, ...harness }: Harness): void {
  const { open, apply, count, rows } = harness;

  /** Runs a statement as the dialect does, after one that makes a table; what is open is taken back before it answers. */
  const runLate = async (session: DatabaseSession, text: string, limits: Limits, signal: AbortSignal) => {
    const make = { text: 'CREATE TABLE made (a int)' };
    if (subject.isTransactional) {
      await session.openMigration(claimOf('late.sql'), [make], seconds(60), never);
      const ran = await session.runStatements([{ text }], limits, signal);
      expect(await session.rollback()).toEqual(done(undefined));
      return ran;
    }
    await session.startAlone(claimOf('late.sql'), 0, never);
    await session.runAlone(place('late.sql', 0), make, seconds(60), never);
    return session.runAlone(place('late.sql', 1), { text }, limits, signal);
  };
  const standing = subject.isTransactional ? [] : [{ status: 'started', statementIndex: 1, inFlight: false }];

  it('stops a statement at its time limit and goes on', async () => {
    const session = await open();
    const ran = await runLate(session, subject.endless.statement, { timeoutMs: 300 }, never);
    expect(ran).toMatchObject({ type: 'refused', cause: 'timeout' });
    expect(await rows(session)).toMatchObject(standing);
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    expect(await session.query(subject.endless.query, 1, { timeoutMs: 200 }, never)).toMatchObject({
      type: 'refused',
      cause: 'timeout',
    });
    expect(await session.ping(never)).toEqual(done(undefined));
  });

  it('stops a statement when it is cancelled and goes on', async () => {
    const session = await open();
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    const ran = await runLate(session, subject.endless.statement, seconds(60), cancel.signal);
    expect(ran).toMatchObject({ type: 'refused', cause: 'cancelled' });
    expect(await rows(session)).toMatchObject(standing);
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
  });

  it('stops a statement that runs alone, and the row says that it was not done', async () => {
    const session = await open();
    await session.startAlone(claimOf('a.sql'), 0, never);
    const endless = { text: subject.endless.statement };
    expect(await session.runAlone(place('a.sql', 0), endless, { timeoutMs: 300 }, never)).toMatchObject({
      type: 'refused',
      cause: 'timeout',
    });
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    expect(await session.runAlone(place('a.sql', 0), endless, seconds(60), cancel.signal)).toMatchObject({
      type: 'refused',
      cause: 'cancelled',
    });
    expect(await rows(session)).toMatchObject([{ status: 'started', statementIndex: 0, inFlight: false }]);
  });

  it('sends nothing once it is cancelled', async () => {
    const session = await open();
    const aborted = AbortSignal.abort();
    const make = texts('CREATE TABLE t (a int)');
    if (subject.isTransactional)
      expect(await session.openMigration(claimOf('a.sql'), make, seconds(5), aborted)).toMatchObject({
        type: 'refused',
        cause: 'cancelled',
      });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.startAlone(claimOf('a.sql'), 0, aborted)).toMatchObject({ cause: 'cancelled' });
    expect(await rows(session)).toEqual([]);
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
  });

  if (subject.block)
    it('waits for the lock of somebody else no longer than it may, and says so', async () => {
      const session = await open();
      await apply(session, 'a.sql', 'CREATE TABLE t (a int)');
      const limits = { timeoutMs: 60_000, lockTimeoutMs: 200 };
      const before = await rows(session);
      if (subject.isTransactional) {
        const blocked = await subject.block?.(harness.connection());
        const statements = texts(blocked?.statement ?? '');
        const opened = await session.openMigration(claimOf('b.sql'), statements, limits, never);
        expect(opened).toMatchObject({ type: 'refused', cause: 'lock-timeout' });
        expect(await session.rollback()).toEqual(done(undefined));
        await blocked?.release();
        expect(await rows(session)).toEqual(before);
        expect(await apply(session, 'b.sql', blocked?.statement ?? '')).toEqual(done(undefined));
      }
      await session.startAlone(claimOf('c.sql'), 0, never);
      const blocked = await subject.block?.(harness.connection());
      const statement = { text: blocked?.statement ?? '' };
      expect(await session.runAlone(place('c.sql', 0), statement, limits, never)).toMatchObject({
        type: 'refused',
        cause: 'lock-timeout',
      });
      await blocked?.release();
      expect(await rows(session)).toMatchObject([
        ...(before ?? []),
        ...(subject.isTransactional ? [{ path: 'b.sql' }] : []),
        { path: 'c.sql', statementIndex: 0, inFlight: false },
      ]);
      expect(await session.runAlone(place('c.sql', 0), statement, limits, never)).toEqual(done(undefined));
    });
}
