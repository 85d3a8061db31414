import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimOf, done, type Harness, never, seconds, texts } from './harness.ts';

/** Connecting, reading, backups, and the lock in the target. */
export function connectionTests({ subject, ...harness }: Harness): void {
  const { connect, open, apply, count } = harness;

  it('answers a ping and says its version', async () => {
    const session = await connect();
    expect(await session.ping(never)).toEqual(done(undefined));
    expect(session.serverVersion).toMatch(/\w+ \d/);
    expect(session.backend).toBe(harness.connection().backend);
  });

  if (subject.failures)
    it('says why it cannot connect', async () => {
      await (await connect()).close();
      for (const { connection, type, words } of (await subject.failures?.(harness.connection())) ?? []) {
        const outcome = await harness.tryConnect(connection, { mode: 'read-only', timeoutMs: 5_000 });
        expect(outcome, String(words)).toMatchObject({ type, message: expect.stringMatching(words) });
      }
    });

  it('does not connect once that is cancelled', async () => {
    const cancelled = AbortSignal.abort('Nobody waits for it.');
    expect(await harness.tryConnect(harness.connection(), {}, cancelled)).toMatchObject({ type: 'unreachable' });
  });

  it('queries, up to the number of rows that was asked for', async () => {
    const session = await open();
    expect(await session.query(subject.selectOne, 10, seconds(5), never)).toMatchObject(done({ rows: [[1]] }));
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', ...Array<string>(5).fill('INSERT INTO t VALUES (1)'));
    for (const limit of [3, 0, 5])
      expect(await session.query('SELECT * FROM t', limit, seconds(5), never)).toMatchObject({
        value: { columns: [expect.any(String)], rows: { length: limit } },
      });
  });

  it('refuses a query that changes something or that is more than one statement', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)');
    const changing = ['INSERT INTO t VALUES (1)', 'CREATE TABLE u (a int)', 'DROP TABLE t'];
    const several = [`${subject.selectOne}; DROP TABLE t`, `${subject.selectOne};; ${subject.selectOne}`];
    for (const sql of [...changing, ...several, ...subject.unreadable])
      expect(await session.query(sql, 5, seconds(5), never), sql).toMatchObject({ type: 'refused', cause: 'error' });
    expect(await count(session, 't')).toBe(0);
    expect(await count(session, 'u')).toMatchObject({ type: 'refused' });
  });

  it('counts tables, and leaves its own history out', async () => {
    const session = await open();
    expect(await session.countObjects(never)).toEqual(done(0));
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', 'CREATE TABLE u (a int)');
    expect(await session.countObjects(never)).toEqual(done(2));
  });

  it('changes nothing in a read-only session, and makes nothing', async () => {
    await open();
    const session = await connect('read-only');
    expect(await session.openMigration(claimOf('a.sql'), [], seconds(5), never)).toMatchObject({ type: 'refused' });
    expect(await session.startAlone(claimOf('a.sql'), 0, never)).toMatchObject({ type: 'refused' });
    expect(await session.changeHistory({ put: [], remove: [] }, never)).toMatchObject({ type: 'refused' });
    expect(await session.readHistory('shop', never)).toEqual(done([]));
    const empty = await subject.fresh();
    if (empty.backend === 'sqlite' && !existsSync(empty.file)) {
      expect(await harness.tryConnect(empty, { mode: 'read-only' })).toMatchObject({ type: 'missing-file' });
      expect(existsSync(empty.file)).toBe(false);
      return;
    }
    const reader = await connect('read-only', empty);
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
    expect(await reader.ensureHistory(never)).toMatchObject({ type: 'refused' });
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
  });

  it('writes a backup once, and never over a file that is there', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', 'INSERT INTO t VALUES (7)');
    const folder = mkdtempSync(join(tmpdir(), 'srd-backup-'));
    const file = join(folder, 'sub', 'copy');
    const written = await session.backup(file, seconds(30), never);
    expect(written).toMatchObject(done({ bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }));
    expect(await session.backup(file, seconds(30), never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('exists') },
    });
    if (subject.isInBackup && written.type === 'done') {
      const bytes = readFileSync(file);
      expect(written.value).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      expect(readdirSync(join(folder, 'sub'))).toEqual(['copy']);
      expect(await subject.isInBackup(file)).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });

  it('lets one session hold the lock, and frees it with the session', async () => {
    const { words, isTransaction } = subject.holder;
    const [first, second] = [await open(), await open()];
    if (isTransaction) await first.openMigration(claimOf('a.sql'), [], seconds(5), never);
    else expect(await first.tryLock('shop', never)).toEqual(done(undefined));
    expect(await second.tryLock('shop', never)).toMatchObject(done(expect.stringMatching(words)));
    if (!isTransaction) expect(await second.tryLock('another', never)).toEqual(done(undefined));
    await first.close();
    await expect.poll(() => second.tryLock('shop', never)).toEqual(done(undefined));
  });

  it('answers that it is lost once it was closed', async () => {
    const session = await open();
    await session.close();
    const asked = [
      () => session.ping(never),
      () => session.rollback(),
      () => session.openMigration(claimOf('a.sql'), texts('CREATE TABLE t (a int)'), seconds(5), never),
      () => session.startAlone(claimOf('a.sql'), 0, never),
      () => session.changeHistory({ put: [], remove: [] }, never),
    ];
    for (const ask of asked) expect(await ask()).toMatchObject({ type: 'lost' });
  });

  if (subject.notice)
    it('passes on the notices of the server', async () => {
      const session = await open();
      harness.notices.length = 0;
      await apply(session, 'a.sql', subject.notice?.statement ?? '');
      expect(harness.notices.map(({ message }) => message)).toEqual([subject.notice?.message]);
    });
}
