import { expect, it } from 'vitest';
import { claimOf, done, finished, type Harness, never, refusedWith, rowOf, seconds, texts } from './harness.ts';

/** A migration in one transaction with its row. */
export function transactionTests({ subject, ...harness }: Harness): void {
  const { connect, open, apply, count, rows } = harness;

  it('shows nothing of a migration before it is committed', async () => {
    const session = await open();
    const statements = texts('CREATE TABLE t (a int)', 'INSERT INTO t VALUES (1)');
    expect(await session.openMigration(claimOf('a.sql'), statements, seconds(10), never)).toEqual(done('claimed'));
    const other = await connect();
    expect(await rows(other)).toEqual([]);
    expect(await session.runStatements(texts('INSERT INTO t VALUES (2)'), seconds(10), never)).toEqual(done(undefined));
    expect(await session.commitMigrations([finished('a.sql')])).toEqual(done(undefined));
    expect(await count(other, 't')).toBe(2);
    expect(await rows(other)).toMatchObject([{ path: 'a.sql', status: 'succeeded', statementIndex: 3 }]);
  });

  it('names the statement that failed, rolls everything back, the claim included, and goes on', async () => {
    const session = await open();
    const { statement, error } = subject.failing;
    const statements = texts('CREATE TABLE t (a int)', statement, 'CREATE TABLE u (a int)');
    expect(await session.openMigration(claimOf('a.sql'), statements, seconds(5), never)).toMatchObject({
      ...refusedWith(error),
      statement: 1,
    });
    expect(await session.commitMigrations([finished('a.sql')])).toMatchObject({ type: 'refused' });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await rows(session)).toEqual([]);
    for (const table of ['t', 'u']) expect(await count(session, table)).toMatchObject({ type: 'refused' });
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
  });

  it('names the statement of a later message that failed', async () => {
    const session = await open();
    await session.openMigration(claimOf('a.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never);
    const more = texts('INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (2)', 'CREATE TABLE t (a int)');
    expect(await session.runStatements(more, seconds(5), never)).toMatchObject({
      ...refusedWith(subject.duplicate),
      statement: 2,
    });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await rows(session)).toEqual([]);
  });

  it('puts several migrations in one transaction', async () => {
    const session = await open();
    expect(await session.openMigration(claimOf('1.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never)).toEqual(
      done('claimed'),
    );
    expect(await session.runStatements(texts('INSERT INTO t VALUES (1)'), seconds(5), never)).toEqual(done(undefined));
    expect(await session.openMigration(claimOf('2.sql'), texts('CREATE TABLE u (a int)'), seconds(5), never)).toEqual(
      done('claimed'),
    );
    expect(await rows(await connect())).toEqual([]);
    expect(await session.commitMigrations([finished('1.sql', 5), finished('2.sql', 6)])).toEqual(done(undefined));
    expect(await rows(session)).toMatchObject([
      { path: '1.sql', status: 'succeeded', statementIndex: 2, executionMs: 5 },
      { path: '2.sql', status: 'succeeded', statementIndex: 1, executionMs: 6 },
    ]);
  });

  it('takes back all migrations of a transaction when one of them fails', async () => {
    const session = await open();
    await session.openMigration(claimOf('1.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never);
    const second = await session.openMigration(claimOf('2.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never);
    expect(second).toMatchObject({ type: 'refused', statement: 0 });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await rows(session)).toEqual([]);
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
  });

  it('refuses work outside of a transaction', async () => {
    const session = await open();
    expect(await session.runStatements(texts('CREATE TABLE t (a int)'), seconds(5), never)).toMatchObject({
      type: 'refused',
    });
    expect(await session.commitMigrations([finished('a.sql')])).toMatchObject({ type: 'refused' });
    expect(await session.rollback()).toEqual(done(undefined));
  });

  it('refuses to commit what was not claimed', async () => {
    const session = await open();
    await session.openMigration(claimOf('a.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never);
    expect(await session.commitMigrations([finished('a.sql'), finished('b.sql')])).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { message: expect.stringContaining('b.sql') },
    });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await rows(session)).toEqual([]);
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
  });

  it('rolls a migration back with its row, which keeps what the migration was', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)');
    const back = claimOf('a.sql', { action: 'roll_back', sql: 'DROP TABLE t', runId: 'back', reason: 'wrong' });
    expect(await session.openMigration(back, texts('DROP TABLE t'), seconds(5), never)).toEqual(done('claimed'));
    expect(await session.commitMigrations([finished('a.sql')])).toEqual(done(undefined));
    expect(await rows(session)).toMatchObject([
      { ...rowOf(claimOf('a.sql')), status: 'rolled_back', runId: 'back', reason: 'wrong', statementIndex: 1 },
    ]);
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
    expect(await session.openMigration(back, [], seconds(5), never)).toEqual(done('taken'));
    await session.rollback();
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    expect(await rows(session)).toMatchObject([{ status: 'succeeded' }]);
  });

  if (subject.endings.length > 0)
    it('refuses statements that would end the transaction, and a NUL that would cut them short', async () => {
      const session = await open();
      await session.openMigration(claimOf('a.sql'), [], seconds(5), never);
      for (const text of [...subject.endings, "SELECT 'a\0b'"])
        expect(await session.runStatements(texts(subject.selectOne, text), seconds(5), never), text).toMatchObject({
          type: 'refused',
          cause: 'error',
          statement: 1,
        });
      const savepoint = texts('SAVEPOINT s', 'ROLLBACK TO s');
      expect(await session.runStatements(savepoint, seconds(5), never)).toEqual(done(undefined));
      expect(await session.commitMigrations([finished('a.sql')])).toEqual(done(undefined));
    });

  if (subject.kill)
    it('loses the session when what serves it is killed under a statement, and nothing of it stays', async () => {
      const session = await open();
      await session.openMigration(claimOf('a.sql'), texts('CREATE TABLE t (a int)'), seconds(60), never);
      const running = session.runStatements(texts(subject.endless.statement), seconds(60), never);
      await new Promise((tick) => setTimeout(tick, 200));
      await subject.kill?.();
      expect(await running).toMatchObject({ type: 'lost', message: expect.stringMatching(/\w/) });
      for (const outcome of [
        await session.ping(never),
        await session.rollback(),
        await session.commitMigrations([finished('a.sql')]),
      ])
        expect(outcome).toMatchObject({ type: 'lost' });
      const next = await open();
      expect(await rows(next)).toEqual([]);
      expect(await next.tryLock('shop', never)).toEqual(done(undefined));
      expect(await count(next, 't')).toMatchObject({ type: 'refused' });
    });
}
