import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppliedMigration, DatabaseSession } from '../../../core/index.ts';
import { bundledScript, messageOf, startScript } from '../../support/bundled-script.ts';
import { openFirebirdClient } from '../../support/firebird-client.ts';
import { type FirebirdServer, startFirebird } from '../../support/firebird-server.ts';
import { claimOf, connectionTo, never, openTarget, rowsOf, runOne, type ServerConnection } from './firebird-target.ts';

let server: FirebirdServer;
let script: string;
let count = 0;
beforeAll(async () => {
  server = await startFirebird();
  script = await bundledScript('adapters/firebird/run-statements.ts');
});
afterAll(() => server.stop());

const fresh = (): ServerConnection => {
  count += 1;
  return connectionTo(server, { database: server.createDatabase(`crash_${count}`) });
};

const FILL =
  'EXECUTE BLOCK AS DECLARE i INT = 0; BEGIN WHILE (i < 30000) DO BEGIN INSERT INTO big VALUES (:i); i = i + 1; END END';
/** Each leaves a trace that can be counted: an object of its own, or a row. */
const statements = [
  'CREATE TABLE big (a INT)',
  FILL,
  'CREATE TABLE done (n INT)',
  ...Array.from({ length: 12 }, (_, i) => [
    `CREATE INDEX big_${i} ON big (a)`,
    `INSERT INTO done VALUES (${i})`,
    `CREATE TABLE t_${i} (a INT)`,
  ]).flat(),
];

/** How many of the statements the target shows the effect of. */
async function effects(session: DatabaseSession): Promise<number> {
  const one = async (sql: string) => Number((await rowsOf(session, sql))[0]?.[0]);
  const tables = await one(
    "SELECT COUNT(*) FROM RDB$RELATIONS WHERE RDB$SYSTEM_FLAG = 0 AND RDB$RELATION_NAME NOT STARTING WITH 'SRDEPLOY_'",
  );
  const indexes = await one("SELECT COUNT(*) FROM RDB$INDICES WHERE RDB$RELATION_NAME = 'BIG'");
  const has = async (table: string) =>
    (await one(`SELECT COUNT(*) FROM RDB$RELATIONS WHERE RDB$RELATION_NAME = '${table}'`)) === 1;
  const filled = (await has('BIG')) ? Math.min(1, await one('SELECT COUNT(*) FROM big')) : 0;
  return tables + indexes + filled + ((await has('DONE')) ? await one('SELECT COUNT(*) FROM done') : 0);
}

async function rowUnderLock(session: DatabaseSession): Promise<AppliedMigration | undefined> {
  await expect.poll(() => session.tryLock('', never), { interval: 5 }).toEqual({ type: 'done', value: undefined });
  return rowOf(session);
}

async function rowOf(session: DatabaseSession): Promise<AppliedMigration | undefined> {
  const read = await session.readHistory('', never);
  return read.type === 'done' ? read.value?.[0] : undefined;
}

describe('a Firebird target after a crash', () => {
  it('says exactly which statements are done, wherever the runner was killed, and goes on there', async () => {
    const connection = fresh();
    const seen: number[] = [];
    for (let status = ''; status !== 'succeeded'; ) {
      const runner = startScript(script, [JSON.stringify(connection), JSON.stringify(statements)]);
      const ended = messageOf(runner).then(() => messageOf(runner));
      ended.catch(() => {}); // it was killed
      const lifetime = 150 + seen.length * 37;
      await Promise.race([ended, new Promise((tick) => setTimeout(tick, lifetime))]);
      runner.kill('SIGKILL');
      const session = await openTarget(connection);
      const row = await rowUnderLock(session);
      const at = row?.statementIndex ?? 0;
      expect(await effects(session), `after ${at} statements`).toBe(at);
      expect(row?.inFlight ?? false).toBe(false);
      // Nothing of what was killed comes later.
      expect(await effects(session)).toBe(at);
      await session.close();
      seen.push(at);
      status = row?.status ?? '';
    }
    expect(seen.at(-1)).toBe(statements.length);
    expect(seen.length).toBeGreaterThan(2);
  }, 180_000);

  it('says exactly which statements are done, wherever the server was killed', async () => {
    const connection = fresh();
    let at = 0;
    for (let kills = 0; at < statements.length; kills++) {
      const session = await openTarget(connection);
      await rowUnderLock(session);
      const row = await session.startAlone(claimOf('1.sql'), at, never);
      expect(row).toMatchObject({ type: 'done', value: 'claimed' });
      const isKilled = kills < 6;
      const killed = isKilled && new Promise((tick) => setTimeout(tick, 20 + kills * 25)).then(() => server.kill());
      let last: { readonly type: string } = { type: 'done' };
      for (let index = at; last.type === 'done' && index < statements.length; index++)
        last = await runOne(session, '1.sql', index, statements[index] ?? '');
      if (isKilled) {
        await killed;
        await server.restart();
      } else expect(last).toEqual({ type: 'done', value: undefined });
      await session.close();
      const next = await openTarget(connection);
      const found = await rowUnderLock(next);
      expect(found).toMatchObject({ status: 'started', inFlight: false });
      at = found?.statementIndex ?? -1;
      expect(await effects(next)).toBe(at);
      await next.close();
    }
  }, 180_000);

  it('keeps everybody out until the server has ended what a killed runner had sent', async () => {
    const connection = fresh();
    const other = await openTarget(connection);
    const endless = 'EXECUTE BLOCK AS DECLARE i BIGINT = 0; BEGIN WHILE (1 = 1) DO i = i + 1; END';
    const holder = startScript(script, [JSON.stringify(connection), JSON.stringify([endless])]);
    expect(await messageOf(holder)).toBe('held');
    await expect
      .poll(() => other.tryLock('', never))
      .toMatchObject({
        value: expect.stringMatching(
          new RegExp(`^session \\d+ "srdeploy holder" as SYSDBA from 127.0.0.1.* \\(process ${holder.pid} on .* UTC$`),
        ),
      });
    holder.kill('SIGKILL');
    await expect.poll(() => other.tryLock('', never)).toEqual({ type: 'done', value: undefined });
    expect(await rowsOf(other, 'SELECT COUNT(*) FROM MON$ATTACHMENTS WHERE MON$SYSTEM_FLAG = 0')).toEqual([[1]]);
    await other.close();
  });

  it('has undone a COMMIT that waited for a table in use once the lock of a killed runner is free', async () => {
    const connection = fresh();
    server.isql('CREATE TABLE big (a INT); COMMIT; INSERT INTO big VALUES (1); COMMIT;', connection.database);
    const user = await openFirebirdClient({ ...server, port: server.port, database: connection.database });
    await user.run('UPDATE big SET a = 2');
    const other = await openTarget(connection);
    const holder = startScript(script, [
      JSON.stringify(connection),
      JSON.stringify(['CREATE TABLE done (n INT)', 'DROP TABLE big']),
    ]);
    await messageOf(holder);
    await expect.poll(async () => (await rowOf(other))?.statementIndex).toBe(1);
    await new Promise((tick) => setTimeout(tick, 200));
    expect(await other.tryLock('', never)).toMatchObject({
      value: expect.stringMatching(/^session \d+ "srdeploy holder"/),
    });
    holder.kill('SIGKILL');
    expect(await rowUnderLock(other)).toMatchObject({ status: 'started', inFlight: false, statementIndex: 1 });
    await user.commit();
    user.end();
    expect(await rowsOf(other, 'SELECT a FROM big')).toEqual([[2]]);
    expect(await rowOf(other)).toMatchObject({ statementIndex: 1 });
    await other.close();
  });
});
