import { describe, expect, it } from 'vitest';
import { CancelRequest, type Plan } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, until } from './engine.ts';
import { logOf, on, operationOf, planOf, start, tablesOf } from './migrations.ts';

const busy = { type: 'refuse', message: 'canceling statement due to lock timeout', cause: 'lock-timeout' } as const;

async function planned(mode: 'auto' | 'manual' = 'auto', more: object = {}, settings: Plan['migrations'] = undefined) {
  const own = engine(mode, { 'm/V1.sql': 'CREATE TABLE a (x int);' });
  const plan = on(await planOf(own, { steps: [migration('s1', 'm/V1.sql', more)] }), 'postgresql');
  return { own, plan: settings ? { ...plan, migrations: settings } : plan };
}

const waits = (own: Engine, times: number) => {
  for (let n = 0; n < times; n++) own.databases.next('openMigration', busy);
};

describe('a migration that waits in vain for a lock', () => {
  it('is rolled back and tried again after a growing pause, and says so', async () => {
    const { own, plan } = await planned();
    waits(own, 3);
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded', attempts: 1 });
    const told = logOf(ran, 's1').filter((line) => line.startsWith('Waited 5 s in vain'));
    expect(told).toHaveLength(3);
    expect(told[1]).toMatch(/trying again in 1(\.\d)? s|trying again in 2 s/);
    expect(told[2]).toContain('(3 of 10)');
    expect(own.databases.calls.filter(({ call }) => call === 'rollback')).toHaveLength(3);
  });

  it('pauses in the same way in the same run, and in another way in another', async () => {
    const pauses = async (run: string) => {
      const { own, plan } = await planned();
      waits(own, 5);
      await start(plan, own, { run: run as never });
      return own.clock.sleeps.filter((ms) => ms !== 1_000);
    };
    const [first, same, other] = [await pauses('r1'), await pauses('r1'), await pauses('r2')];
    expect(first).toEqual(same);
    expect(first).not.toEqual(other);
  });

  it('fails when all tries were in vain, with what to do', async () => {
    const { own, plan } = await planned('auto', {}, { lockRetries: 2, lockTimeoutMs: 300 });
    waits(own, 3);
    const ran = await start(plan, own);
    const { failure, status } = operationOf(ran, 's1') ?? {};
    expect([status, failure?.code]).toEqual(['failed', 'LOCK_WAIT_TIMEOUT']);
    expect(failure?.message).toContain('3 waits of 0.3 s each were in vain');
    expect(tablesOf(own, plan)).toEqual([]);
  });

  it('is tried again for nothing else, and for no lock where the config says so', async () => {
    const { own, plan } = await planned();
    own.databases.next('openMigration', { type: 'refuse', message: 'syntax error' });
    expect(operationOf(await start(plan, own), 's1')?.failure?.code).toBe('SQL_ERROR');
    const other = await planned('auto', {}, { lockRetries: 0 });
    waits(other.own, 1);
    expect(operationOf(await start(other.plan, other.own), 's1')?.failure?.code).toBe('LOCK_WAIT_TIMEOUT');
  });

  it('ends with its time limit', async () => {
    const { own, plan } = await planned('auto', { timeout_sec: 2 });
    waits(own, 9);
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'failed', failure: { code: 'LOCK_WAIT_TIMEOUT' } });
    expect(own.databases.calls.filter(({ call }) => call === 'openMigration').length).toBeLessThan(5);
  });

  it('is cancelled in its pause', async () => {
    const { own, plan } = await planned('manual');
    waits(own, 1);
    const cancel = new AbortController();
    const running = start(plan, own, {}, cancel.signal);
    await until(() => own.clock.sleeping === 2);
    cancel.abort(new CancelRequest('kim'));
    expect(operationOf(await running, 's1')?.status).toBe('cancelled');
    expect(own.databases.calls.filter(({ call }) => call === 'openMigration')).toHaveLength(1);
  });
});
