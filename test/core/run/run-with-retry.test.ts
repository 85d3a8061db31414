import { describe, expect, it } from 'vitest';
import { CancelRequest, type foldRun, type RunEvent } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { connectionOf, type Engine, engine, noticesOf, outcomeOf, outline, planOf, runPlan, until } from './engine.ts';

const script = { 'm/V1.sql': 'CREATE TABLE a (x int);' };
const retrying = (max: number, more: object = {}) => ({
  steps: [migration('s1', 'm/V1.sql', { retry: { max, backoff_sec: 10 }, ...more })],
});
const calls = ({ databases }: Engine, call: string) => databases.calls.filter((one) => one.call === call).length;
const failures = (own: Engine, times: number) => {
  for (let n = 0; n < times; n++) own.databases.next('openMigration', { type: 'refuse', message: `no ${n}` });
};
const failureOf = (ran: { record: ReturnType<typeof foldRun> }, id: string) =>
  ran.record?.operations.find((operation) => operation.id === id)?.failure;

describe('retry', () => {
  it('waits backoff × 2^(n−1) seconds before extra attempt n, at most 300', async () => {
    const own = engine('auto', script);
    failures(own, 8);
    const ran = await runPlan(own, retrying(7));
    expect(own.clock.sleeps.filter((ms) => ms >= 10_000 && ms !== 30_000)).toEqual([
      10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ]);
    expect(ran.record?.operations[0]).toMatchObject({ status: 'failed', attempts: 8 });
    expect(
      ran.events.filter(({ type }) => type === 'operation.finished').map((one) => 'final' in one && one.final),
    ).toEqual([false, false, false, false, false, false, false, true]);
  });

  it('counts only extra attempts, and stops at the first that succeeds', async () => {
    const own = engine('auto', script);
    failures(own, 1);
    const ran = await runPlan(own, retrying(3));
    expect(ran.record?.operations[0]).toMatchObject({ status: 'succeeded', attempts: 2, failure: undefined });
    const never = engine('auto', script);
    failures(never, 1);
    expect((await runPlan(never, retrying(0))).record?.operations[0]).toMatchObject({ status: 'failed', attempts: 1 });
  });

  it('does not try a script again that is not the one of the plan', async () => {
    const own = engine('auto', script);
    const ran = await runPlan(own, retrying(5), {
      onEvent: (event) => {
        if (event.type === 'run.created') own.files.contents.set('m/V1.sql', 'DROP TABLE customers;');
      },
    });
    expect(ran.record?.operations[0]).toMatchObject({
      status: 'failed',
      attempts: 1,
      failure: { code: 'PLAN_CHANGED' },
    });
    expect(own.databases.calls).toEqual([]);
  });

  it.each(['openMigration', 'commitMigrations'] as const)(
    'does not try again what was lost in flight at %s: unknown, and the run failed',
    async (call) => {
      const own = engine('auto', script);
      own.databases.next(call, { type: call === 'commitMigrations' ? 'lose-after' : 'lose' });
      const ran = await runPlan(own, retrying(5));
      expect(ran.record?.operations[0]).toMatchObject({ status: 'unknown', attempts: 1 });
      expect(ran.record?.end).toMatchObject({ outcome: 'failed' });
    },
  );

  it.each([
    ['tryLock', { steps: [migration('s1', 'm/V1.sql', { retry: { max: 1, backoff_sec: 1 } })] }],
    ['readHistory', { steps: [migration('s1', 'm/V1.sql', { retry: { max: 1, backoff_sec: 1 } })] }],
    [
      'backup',
      { steps: [{ id: 's1', name: 's1', type: 'backup', target: 'b/{run_id}.db', retry: { max: 1, backoff_sec: 1 } }] },
    ],
    [
      'query',
      {
        steps: [
          {
            id: 's1',
            name: 's1',
            type: 'sql_check',
            sql: 'SELECT 1',
            expect: 'non_empty',
            retry: { max: 1, backoff_sec: 1 },
          },
        ],
      },
    ],
  ] as const)('connects anew after a connection that was lost at %s, which is never unknown', async (call, fields) => {
    const own = engine('auto', script);
    own.databases.next(call, { type: 'lose' });
    const ran = await runPlan(own, fields);
    expect(ran.record?.operations[0]).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(calls(own, 'connect')).toBe(2);
  });

  it('never says unknown of a check, whatever is lost', async () => {
    const own = engine('auto', script);
    for (const [check, call] of [
      ['connection', 'ping'],
      ['object_count', 'countObjects'],
      ['migration_history', 'readHistory'],
    ] as const) {
      own.databases.next(call, { type: 'lose' });
      const ran = await runPlan(own, {
        ...retrying(0),
        pre_checks: [{ id: 'c', type: check, ...(check === 'object_count' && { min: 0 }) }],
      });
      expect(outcomeOf(ran, 'c'), check).toBe('failed');
    }
  });

  it('is cancelled between two tries, and still says what the last one failed with', async () => {
    const own = engine('manual', script);
    failures(own, 1);
    const cancel = new AbortController();
    const running = runPlan(own, retrying(3), { signal: cancel.signal });
    await until(() => own.clock.sleeps.includes(10_000));
    cancel.abort(new CancelRequest('kim'));
    const ran = await running;
    expect(outline(ran.events).slice(-5)).toEqual([
      'operation.waiting s1',
      'cancel.requested',
      'operation.finished s1',
      'lock.released',
      'run.finished',
    ]);
    expect(ran.record?.end).toMatchObject({ outcome: 'cancelled' });
    expect(failureOf(ran, 's1')).toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('Try 1 failed: no 0'),
    });
    expect(own.clock.sleeping).toBe(0);
  });
});

describe('a try', () => {
  it('is cancelled in the middle of a statement: rolled back, told once, not tried again', async () => {
    const own = engine('manual', { 'm/V1.sql': 'CREATE TABLE a (x int);\nSELECT SLEEP;' });
    const cancel = new AbortController();
    const running = runPlan(own, retrying(3), { signal: cancel.signal });
    await until(() => own.databases.statements.includes('SELECT SLEEP'));
    cancel.abort(new CancelRequest('kim'));
    const ran = await running;
    expect(ran.record?.operations[0]).toMatchObject({ status: 'cancelled', attempts: 1 });
    expect(outline(ran.events).filter((type) => type === 'cancel.requested')).toHaveLength(1);
    const plan = await planOf(own, retrying(3));
    expect(own.databases.at(connectionOf(plan, own)).tables.size).toBe(0);
  });

  it('that throws is told like any other: unknown where it may have changed the target, and nothing runs after it', async () => {
    const own = engine('auto', { ...script, 'm/V2.sql': 'CREATE TABLE b (x int);' });
    const breaks = () => {
      own.world.syntax.split = () => {
        throw new TypeError('a defect');
      };
    };
    const steps = [...retrying(3).steps, migration('s2', 'm/V2.sql')];
    const ran = await runPlan(own, { steps }, { onEvent: breaks });
    expect(outcomeOf(ran, 's1')).toBe('unknown');
    expect(failureOf(ran, 's1')).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: expect.stringContaining('a defect'),
    });
    expect(outcomeOf(ran, 's2')).toBe('pending');
    expect(ran.record?.end).toMatchObject({ outcome: 'failed' });
    expect(own.leases.peek('staging').state.lease).toBeUndefined();
    expect(own.databases.calls.at(-1)?.call).toBe('close');
  });

  it('that only reads and throws has failed', async () => {
    const own = engine('auto', script);
    own.files.freeBytes = () => Promise.reject(new Error('EACCES: permission denied, statfs'));
    const ran = await runPlan(own, { ...retrying(0), pre_checks: [{ id: 'd', type: 'disk_space', min_gb: 1 }] });
    expect(failureOf(ran, 'd')).toMatchObject({ code: 'INTERNAL_ERROR', message: expect.stringContaining('EACCES') });
    expect(outcomeOf(ran, 'd')).toBe('failed');
  });

  it('is not troubled by a server that speaks after it has ended', async () => {
    const own = engine('auto', script);
    const notices = noticesOf(own);
    const ran = await runPlan(own, retrying(0), {
      onEvent: (event) => {
        if (event.type === 'operation.finished') notices.say('late');
      },
    });
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(() => notices.say('later still')).not.toThrow();
  });

  it('keeps the last 50 lines of its log with its failure, and all of them in order in the journal', async () => {
    const own = engine('auto', { 'm/V1.sql': 'CREATE TABLE a (x int);\nSELECT SLEEP;\n' });
    const notices = noticesOf(own);
    const running = runPlan(own, retrying(0, { timeout_sec: 1 }));
    await until(() => own.databases.statements.includes('SELECT SLEEP'));
    for (let n = 1; n <= 2_500; n++) notices.say(`line ${n}`);
    const ran = await running;
    expect(failureOf(ran, 's1')).toMatchObject({ code: 'TIMEOUT' });
    expect(failureOf(ran, 's1')?.log).toHaveLength(50);
    expect(failureOf(ran, 's1')?.log?.at(-1)).toBe('NOTICE: line 2500');
    const batches = ran.events.flatMap((event: RunEvent) => (event.type === 'operation.output' ? [event.lines] : []));
    expect(batches.flat().map(({ text }) => text)).toEqual(
      [...Array(2_500).keys()].map((n) => `NOTICE: line ${n + 1}`),
    );
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  });
});
