import { describe, expect, it } from 'vitest';
import { CancelRequest, operationId, type Plan } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, until } from './engine.ts';
import { again, logOf, on, operationOf, planOf, rowOf, start, tablesOf } from './migrations.ts';

const path = 'm/V1__a.sql';
const three = 'CREATE TABLE a (x int);\nCREATE TABLE b (x int);\nCREATE TABLE c (x int);\n';
const vacuums = '-- srdeploy: no-transaction\nCREATE TABLE a (x int);\nVACUUM;\nCREATE TABLE c (x int);\n';
const s1 = operationId('s1');

async function planned(text: string, more: object = {}): Promise<{ own: Engine; plan: Plan }> {
  const own = engine('auto', { [path]: text });
  return { own, plan: await planOf(own, { steps: [migration('s1', path, more)] }) };
}

async function mysqlPlan(text: string, more: object = {}) {
  const { own, plan } = await planned(text, more);
  return { own, plan: on(plan, 'mysql') };
}

async function mend({ files }: Engine, own: Engine, text: string, backend?: 'mysql'): Promise<Plan> {
  files.contents.set(path, text);
  const plan = await planOf(own, { steps: [migration('s1', path)] });
  return backend ? on(plan, backend) : plan;
}

describe('a migration that no transaction takes', () => {
  it('runs statement by statement, and its row says how far it came', async () => {
    const { own, plan } = await planned(vacuums);
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded', detail: '3 statements, one by one' });
    expect(own.databases.statements).toEqual(['CREATE TABLE a (x int)', 'VACUUM', 'CREATE TABLE c (x int)']);
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'succeeded', statementIndex: 3, inFlight: false });
    expect(logOf(ran, 's1')).toContain('Runs statement by statement: its header says no-transaction.');
  });

  it('is every migration on a server that commits at every change of a schema', async () => {
    const { own, plan } = await mysqlPlan(three);
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded' });
    expect(own.databases.calls.map(({ call }) => call)).not.toContain('openMigration');
  });

  it('that is refused says what is applied and which statement to mend; a resume goes on there', async () => {
    const { own, plan } = await mysqlPlan(three.replace('TABLE c', 'TABLE a'));
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')?.failure).toMatchObject({
      code: 'SQL_ERROR',
      line: 3,
      message: expect.stringContaining(
        'Statements 1–2 of 3 are applied and stay applied. Mend statement 3 and resume.',
      ),
    });
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'started', statementIndex: 2, inFlight: false });
    const mended = await mend(own, own, three, 'mysql');
    const resumed = await again(mended, own, ran);
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
    expect(own.databases.statements).toHaveLength(4);
    expect(tablesOf(own, plan)).toEqual(['a', 'b', 'c']);
    expect(rowOf(own, mended, path)).toMatchObject({ status: 'succeeded', checksum: expect.any(String) });
  });

  it('goes on in a new run as well, and a retry of the plan goes on where the first try stopped', async () => {
    const { own, plan } = await mysqlPlan(three, { retry: { max: 1, backoff_sec: 1 } });
    own.databases.next('runAlone', { type: 'refuse', message: 'no' });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(own.databases.statements).toHaveLength(3);

    const other = await mysqlPlan(three.replace('TABLE b', 'TABEL b'));
    await start(other.plan, other.own);
    const mended = await mend(other.own, other.own, three, 'mysql');
    const fresh = await start(mended, other.own, { run: '20260206-120000-bbbbbb' as never });
    expect(operationOf(fresh, 's1')).toMatchObject({ status: 'succeeded' });
    expect(other.own.databases.statements.filter((text) => text.includes('TABLE a'))).toHaveLength(1);
  });

  it('refuses to go on where a statement that was sent has been changed, and shows the difference', async () => {
    const { own, plan } = await mysqlPlan(three.replace('TABLE c', 'TABLE a'));
    const ran = await start(plan, own);
    const changed = await mend(own, own, three.replace('TABLE b (x int)', 'TABLE b (x int, y int)'), 'mysql');
    const resumed = await again(changed, own, ran);
    expect(operationOf(resumed, 's1')).toMatchObject({
      status: 'failed',
      failure: { code: 'MIGRATION_PREFIX_CHANGED', line: 2 },
    });
    expect(logOf(resumed, 's1')).toEqual(
      expect.arrayContaining(['-CREATE TABLE b (x int)', '+CREATE TABLE b (x int, y int)']),
    );
    expect(own.databases.statements).toHaveLength(3);
  });

  it('takes white space and comments before the place for no change', async () => {
    const { own, plan } = await mysqlPlan(three.replace('TABLE c', 'TABLE a'));
    const ran = await start(plan, own);
    const commented = `-- licence\r\n${three.replace('TABLE b (x', 'TABLE\r\n  b /* why */ (x')}`;
    const resumed = await again(await mend(own, own, commented, 'mysql'), own, ran);
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
  });

  it('is cancelled between two statements: what was applied stays, and a resume goes on', async () => {
    const { own, plan } = await mysqlPlan(three.replace('CREATE TABLE b (x int)', 'SELECT SLEEP'));
    const cancel = new AbortController();
    const running = start(plan, own, {}, cancel.signal);
    await until(() => own.databases.statements.includes('SELECT SLEEP'));
    cancel.abort(new CancelRequest('kim'));
    const ran = await running;
    expect(operationOf(ran, 's1')).toMatchObject({
      status: 'cancelled',
      failure: { message: 'Cancelled; statement 1 of 3 is applied and stays applied.' },
    });
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'started', statementIndex: 1, inFlight: false });
  });
});

describe('a statement that was in flight', () => {
  async function lostInFlight(type: 'lose' | 'lose-after', text = vacuums) {
    const { own, plan } = await planned(text);
    own.databases.next('runAlone', { type: 'refuse', message: 'again', cause: 'lock-timeout' });
    const connect = own.world.databases.connect;
    own.world.databases.connect = async (...given) => {
      const connected = await connect(...given);
      if (connected.type !== 'connected') return connected;
      const { session } = connected;
      const original = session.runAlone;
      session.runAlone = (place, statement, limits, signal) => {
        if (statement.text === 'VACUUM' && !isLost) {
          isLost = true;
          own.databases.next('runAlone', { type });
        }
        return original(place, statement, limits, signal);
      };
      return connected;
    };
    let isLost = false;
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'unknown', failure: { code: 'CONNECTION_LOST', line: 3 } });
    return { own, plan, ran };
  }

  it.each(['lose', 'lose-after'] as const)('is asked of a person (%s), who is told what is known', async (type) => {
    const { own, plan, ran } = await lostInFlight(type);
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'started', statementIndex: 1, inFlight: true });
    const resumed = await again(plan, own, ran);
    const { failure } = operationOf(resumed, 's1') ?? {};
    expect(operationOf(resumed, 's1')?.status).toBe('unknown');
    expect(failure).toMatchObject({ code: 'STATEMENT_IN_FLIGHT', file: path, line: 3, column: 1, statement: 'VACUUM' });
    expect(failure?.message).toContain('Statement 2 of 3 (m/V1__a.sql:3:1)');
    expect(failure?.message).toContain('Statement 1 of 3 is applied and stays applied.');
    expect(failure?.message).toContain('srdeploy resume 20260205-120000-aaaaaa --settle s1=done --reason');
    expect(resumed.record?.end).toMatchObject({ outcome: 'failed' });
  });

  it.each([
    ['done', 0],
    ['not_done', 1],
  ] as const)('that a person says was %s is sent %i times more, and the word is kept', async (statement, times) => {
    const { own, plan, ran } = await lostInFlight('lose');
    const before = own.databases.statements.filter((text) => text === 'VACUUM').length;
    const settlements = [{ operation: s1, statement, reason: 'looked at the log' }];
    const resumed = await again(plan, own, ran, { settlements });
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
    expect(own.databases.statements.filter((text) => text === 'VACUUM').length - before).toBe(times);
    const said = `ann@host-a says that statement 2 was ${statement === 'done' ? '' : 'not '}done: looked at the log`;
    expect(logOf(resumed, 's1')).toContain(said);
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'succeeded', reason: said, statementIndex: 3 });
  });

  it('may be mended by who says that it was not done, and by nobody else', async () => {
    const { own, ran } = await lostInFlight('lose');
    const mended = await mend(own, own, vacuums.replace('VACUUM', 'CREATE TABLE b (x int)'));
    const refused = await again(mended, own, ran);
    expect(operationOf(refused, 's1')?.failure?.code).toBe('MIGRATION_PREFIX_CHANGED');
    const settlements = [{ operation: s1, statement: 'not_done' as const, reason: 'looked' }];
    const resumed = await again(mended, own, refused, { settlements });
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
    expect(tablesOf(own, mended)).toEqual(['a', 'b', 'c']);
  });

  it('is not asked of anybody where it shares its transaction with its record', async () => {
    const { own, plan } = await planned(vacuums);
    own.databases.next('runAlone', { type: 'lose-after' });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'unknown' });
    const settlements = [{ operation: s1, statement: 'done' as const, reason: 'hasty' }];
    const resumed = await again(plan, own, ran, { settlements });
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
    expect(logOf(resumed, 's1')).toContain('Nothing was in flight: the answer "done" is not needed.');
    expect(own.databases.statements).toHaveLength(3);
  });

  it.each(['startAlone', 'finishAlone'] as const)(
    'does not matter where the connection is lost at %s',
    async (call) => {
      for (const type of ['lose', 'lose-after'] as const) {
        const { own, plan } = await planned(vacuums);
        own.databases.next(call, { type });
        const ran = await start(plan, own);
        expect(operationOf(ran, 's1')).toMatchObject({ status: 'unknown', failure: { code: 'CONNECTION_LOST' } });
        const resumed = await again(plan, own, ran);
        expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
        expect(own.databases.statements).toEqual(['CREATE TABLE a (x int)', 'VACUUM', 'CREATE TABLE c (x int)']);
      }
    },
  );
});
