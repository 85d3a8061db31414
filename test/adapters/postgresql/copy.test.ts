import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, ScriptStatement } from '../../../core/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { claimOf, connectionTo, never, openTarget, tenSeconds } from './postgresql-target.ts';

let server: PostgresServer;
let admin: Client;
let session: DatabaseSession;
let count = 0;

beforeAll(async () => {
  server = await startPostgres();
  admin = new Client({ ...connectionTo(server), user: server.username });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  count += 1;
  await admin.query(`CREATE DATABASE copy_${count}`);
  session = await openTarget(connectionTo(server, { database: `copy_${count}` }));
});
afterEach(() => session.close());

const table: ScriptStatement = { text: 'CREATE TABLE t (a int, b text)' };
const copy = (copyData: string | undefined, text = 'COPY t FROM stdin'): ScriptStatement => ({ text, copyData });
const open = (...statements: readonly ScriptStatement[]) =>
  session.openMigration(claimOf('1.sql'), [table, ...statements], tenSeconds, never);
const check = (condition: string): ScriptStatement => ({ text: `DO $$ BEGIN ASSERT (${condition}); END $$` });

describe('COPY … FROM stdin', () => {
  it('takes its lines from the script, between other statements of the same message', async () => {
    const lines = '1\tone\n2\t\\N\n3\tx\\\\y 😀\n';
    const after = { text: "INSERT INTO t VALUES (4, 'four')" };
    const all = check("SELECT string_agg(a || coalesce(b, '-'), '|' ORDER BY a) = '1one|2-|3x\\y 😀|4four' FROM t");
    expect(await open(copy(lines), after, copy('', 'copy t (a) from STDIN'), all)).toMatchObject({ value: 'claimed' });
    expect(await session.commitMigrations([{ scope: '', path: '1.sql', executionMs: 1 }])).toMatchObject({
      type: 'done',
    });
    expect(await session.readHistory('', never)).toMatchObject({ value: [{ statementIndex: 5 }] });
  });

  it('takes many lines', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${i}\tline ${i}\n`).join('');
    expect(await open(copy(lines), check('SELECT count(*) = 200000 FROM t'))).toMatchObject({ value: 'claimed' });
    await session.rollback();
  });

  it('fails at its own place for an error in its data, and names the line', async () => {
    expect(await open(copy('1\tone\ntwo\ttwo\n'), { text: 'SELECT 1' })).toMatchObject({
      type: 'refused',
      statement: 1,
      error: { sqlstate: '22P02', offset: undefined, detail: expect.stringContaining('COPY t, line 2, column a') },
    });
    await session.rollback();
    expect(await session.ping(never)).toMatchObject({ type: 'done' });
  });

  it('fails at its own place where there is no such table, and its data goes nowhere', async () => {
    expect(await open(copy('1\n', 'COPY nowhere FROM stdin'), { text: 'SELECT 1' })).toMatchObject({
      statement: 1,
      error: { sqlstate: '42P01' },
    });
    await session.rollback();
    expect(await open(copy('1\tone\n'))).toMatchObject({ value: 'claimed' });
    await session.rollback();
  });

  it('is refused where the script has no lines for it, and the session goes on', async () => {
    for (const text of ['COPY t FROM STDIN', '-- data\nCOPY t FROM /* here */ STDIN']) {
      expect(await open({ text }, { text: 'SELECT 1' })).toMatchObject({ type: 'refused', statement: 1 });
      await session.rollback();
      expect(await session.ping(never)).toMatchObject({ type: 'done' });
    }
  });

  it('runs statement by statement as well', async () => {
    await session.startAlone(claimOf('1.sql'), 0, never);
    for (const [index, statement] of [table, copy('1\tone\n'), check('SELECT count(*) = 1 FROM t')].entries())
      expect(await session.runAlone({ scope: '', path: '1.sql', index }, statement, tenSeconds, never)).toMatchObject({
        type: 'done',
      });
    const bad = copy('one\tone\n');
    expect(await session.runAlone({ scope: '', path: '1.sql', index: 3 }, bad, tenSeconds, never)).toMatchObject({
      error: { detail: expect.stringContaining('line 1') },
    });
    expect(await session.readHistory('', never)).toMatchObject({ value: [{ statementIndex: 3, inFlight: false }] });
  });
});
