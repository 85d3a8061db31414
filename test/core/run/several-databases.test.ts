import { describe, expect, it } from 'vitest';
import {
  type AttemptRequest,
  createTargetSession,
  type MigrationOperation,
  type Plan,
  type ResolvedConnection,
  startRun,
} from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, outcomeOf, planOf, pull, requestFor, until } from './engine.ts';
import { again, never } from './migrations.ts';

const files = {
  'm/V1.sql': 'CREATE TABLE a (x int);',
  'm/V2.sql': 'CREATE TABLE b (x int);',
  'm/V3.sql': 'CREATE TABLE c (x int);',
  'm/V4.sql': 'CREATE TABLE d (x int);',
};
const steps = Object.keys(files).map((path, i) => migration(`s${i + 1}`, path));
const other: ResolvedConnection = { ref: 'other', backend: 'sqlite', file: '/project/other.db' };
const connections = new Map([['other', other]]);
const patient = never();

/** A plan of which some steps run on another database. */
async function spread(
  own: Engine,
  elsewhere: readonly string[],
  more: Partial<MigrationOperation> = {},
): Promise<Plan> {
  const plan = await planOf(own, { steps });
  return {
    ...plan,
    connections: { other: { ref: 'other', backend: 'sqlite', file: 'other.db' } },
    operations: plan.operations.map((one) =>
      one.type === 'migration' && elsewhere.includes(one.id)
        ? { ...one, connection: 'other', database: 'reports', ...more }
        : one,
    ),
  };
}

const started = (plan: Plan, own: Engine, more: Partial<AttemptRequest> = {}) =>
  pull(startRun(requestFor(plan, own, { connections, ...more }), own.world, patient), own);
const tablesIn = ({ databases }: Engine, connection: ResolvedConnection) => [...databases.at(connection).tables.keys()];
const target: ResolvedConnection = { ref: 'db', backend: 'sqlite', file: '/project/data.db' };
const callsOf = ({ databases }: Engine) => databases.calls.map(({ call }) => call);

describe('a run on two databases', () => {
  it('applies each migration to its own, in the order of the plan, with a history in each', async () => {
    const own = engine('auto', files);
    const ran = await started(await spread(own, ['s2', 's3']), own);
    expect(ran.record?.operations.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
    expect([tablesIn(own, target), tablesIn(own, other)]).toEqual([
      ['a', 'd'],
      ['b', 'c'],
    ]);
    expect([...(own.databases.at(other).history?.values() ?? [])].map(({ path }) => path)).toEqual([
      'm/V2.sql',
      'm/V3.sql',
    ]);
    expect(own.databases.statements).toEqual(Object.values(files).map((text) => text.slice(0, -1)));
    expect(ran.record?.operations.map(({ database }) => database)).toEqual([
      undefined,
      'reports',
      'reports',
      undefined,
    ]);
  });

  it('takes both locks before it writes anything, in an order that does not depend on the plan', async () => {
    for (const elsewhere of [
      ['s1', 's2'],
      ['s3', 's4'],
    ]) {
      const own = engine('auto', files);
      await started(await spread(own, elsewhere), own);
      const calls = callsOf(own);
      expect(calls.lastIndexOf('tryLock')).toBeLessThan(calls.indexOf('ensureHistory'));
      const connects = own.databases.calls.filter(({ call }) => call === 'connect').map(({ argument }) => argument);
      expect(connects).toEqual(['db', 'other']);
    }
  });

  it('writes to none of them while the lock of one is held by others', async () => {
    const own = engine('manual', files);
    const plan = await spread(own, ['s3', 's4']);
    const holder = createTargetSession(other, own.databases, 'others');
    const opened = await holder.open(patient);
    if (opened.type === 'open') await opened.session.tryLock(plan.project, patient);
    const running = started(plan, own);
    await until(() => own.clock.sleeps.includes(50));
    await own.clock.advance(50);
    expect([tablesIn(own, target), callsOf(own).includes('ensureHistory')]).toEqual([[], false]);
    await holder.drop();
    await own.clock.advance(1_000);
    const ran = await running;
    expect(outcomeOf(ran, 's4')).toBe('succeeded');
    expect(JSON.stringify(ran.events)).toContain('Waiting for the lock in reports: session');
  });

  it('has one session where two names lead to one place', async () => {
    const own = engine('auto', files);
    const ran = await started(await spread(own, ['s2', 's3']), own, {
      connections: new Map([['other', { ...target, ref: 'x' }]]),
    });
    expect(ran.record?.end).toMatchObject({ outcome: 'succeeded' });
    expect(callsOf(own).filter((call) => call === 'connect')).toHaveLength(1);
    expect(tablesIn(own, target)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('knows not what became of a migration whose connection was lost, and settles it on resume from that database', async () => {
    const own = engine('auto', files);
    const plan = await spread(own, ['s1', 's2', 's3', 's4']);
    own.databases.next('commitMigrations', { type: 'lose-after' });
    const first = await started(plan, own);
    expect(outcomeOf(first, 's1')).toBe('unknown');
    expect(first.record?.end).toMatchObject({ outcome: 'failed' });
    const resumed = await again(plan, own, first, { connections });
    expect(resumed.record?.operations.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
    expect([tablesIn(own, other), tablesIn(own, target)]).toEqual([['a', 'b', 'c', 'd'], []]);
  });

  it('does not wait for a lock that it lost while it holds another, since others may wait for that one', async () => {
    const own = engine('auto', files);
    const retry = { retry: { max: 1, backoffSec: 1 } };
    const plan = await spread(own, ['s3', 's4']);
    const retried = { ...plan, operations: plan.operations.map((one) => ({ ...one, ...retry })) };
    own.databases.next('readHistory', { type: 'lose' });
    const holder = createTargetSession(target, own.databases, 'others');
    const events = startRun(requestFor(retried, own, { connections }), own.world, patient);
    const ran = await pull(events, own, async (event) => {
      if (event.type !== 'operation.waiting') return;
      const opened = await holder.open(patient);
      if (opened.type === 'open') await opened.session.tryLock(plan.project, patient);
    });
    expect(ran.record?.operations[0]?.failure).toMatchObject({
      code: 'TARGET_LOCKED',
      message: expect.stringContaining('not waited for'),
    });
    expect([tablesIn(own, target), tablesIn(own, other)]).toEqual([[], []]);
  });

  it('runs one operation of each side by side, and never two of one', async () => {
    const own = engine('auto', files);
    const plan = await spread(own, ['s2', 's4']);
    const free = { ...plan, operations: plan.operations.map((one) => ({ ...one, dependsOn: [] })) };
    const ran = await started(free, own, { pace: { parallel: 4, continueOnFailure: false } });
    expect(ran.record?.end).toMatchObject({ outcome: 'succeeded' });
    let [most, running] = [0, new Set<string>()];
    const placeOf = new Map(free.operations.map(({ id }, i) => [String(id), i % 2]));
    for (const event of ran.events) {
      if (event.type === 'operation.started') {
        expect([...running].map((id) => placeOf.get(id))).not.toContain(placeOf.get(event.operation));
        running = new Set([...running, event.operation]);
      }
      if (event.type === 'operation.finished') running.delete(event.operation);
      most = Math.max(most, running.size);
    }
    expect(most).toBe(2);
    expect(callsOf(own).filter((call) => call === 'connect')).toHaveLength(2);
  });

  it('leaves a database alone in which nothing is left to do', async () => {
    const own = engine('auto', { ...files, 'm/V3.sql': 'NONSENSE;' });
    const plan = await spread(own, ['s3', 's4']);
    const first = await started(plan, own);
    expect(outcomeOf(first, 's3')).toBe('failed');
    const before = callsOf(own).length;
    await again(plan, own, first, { connections });
    const connects = own.databases.calls.slice(before).filter(({ call }) => call === 'connect');
    expect(connects.map(({ argument }) => argument)).toEqual(['other']);
  });
});
