import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../adapters/index.ts';
import {
  type AppliedMigration,
  draftRollback,
  foldRun,
  type Plan,
  planDigest,
  type RunRecord,
} from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, type Ran } from './engine.ts';
import { again, on, operationOf, planOf, rowOf, start, tablesOf } from './migrations.ts';

const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  'm/R1__a.sql': 'DROP TABLE a;',
  'm/V2__b.sql': 'CREATE TABLE b (x int);',
  'm/R2__b.sql': 'DROP TABLE b;',
  'm/V3__c.sql': 'CREATE TABLE c (x int);',
};
const steps = [
  migration('a', 'm/V1__a.sql', { rollback: 'm/R1__a.sql' }),
  migration('c', 'm/V3__c.sql', { rollback: 'none' }),
  migration('b', 'm/V2__b.sql', { rollback: 'm/R2__b.sql' }),
];
const backRun = { run: '20260206-120000-bbbbbb' as never };

/** A plan that has run, and the plan that takes it back. */
async function deployed(backend: 'sqlite' | 'mysql' = 'sqlite'): Promise<{ own: Engine; plan: Plan; forward: Ran }> {
  const own = engine('auto', files);
  const made = await planOf(own, { steps });
  const plan = backend === 'sqlite' ? made : on(made, 'mysql');
  const forward = await start(plan, own);
  expect(forward.record?.end).toMatchObject({ outcome: 'succeeded' });
  return { own, plan, forward };
}

const rowsOf = (own: Engine, plan: Plan): readonly AppliedMigration[] =>
  ['m/V1__a.sql', 'm/V2__b.sql', 'm/V3__c.sql'].flatMap((path) => rowOf(own, plan, path) ?? []);

/** As `restorePlan` does it: the scripts as they stand in the plan. */
function wayBack(stored: Plan, forward: Ran, rows: readonly AppliedMigration[]): Plan {
  const drafted = draftRollback({
    stored,
    record: forward.record as RunRecord,
    rowsOn: () => rows,
    rollbackOf: ({ rollback }) => (typeof rollback === 'object' ? rollback.path : rollback),
    fileOf: () => 'script',
  });
  if (drafted.type === 'nothing') throw new Error(drafted.message);
  return { ...drafted.draft, base: stored.base, digest: planDigest(drafted.draft, createHasher()) };
}

const statuses = (ran: Ran) => ran.record?.operations.map(({ id, status }) => [id, status]);

describe('a rollback run', () => {
  it('takes back last things first, skips what has no way back, and ends rolled back', async () => {
    const { own, plan, forward } = await deployed();
    const back = await start(wayBack(plan, forward, rowsOf(own, plan)), own, backRun);
    expect(statuses(back)).toEqual([
      ['b', 'succeeded'],
      ['c', 'skipped'],
      ['a', 'succeeded'],
    ]);
    expect(operationOf(back, 'c')?.detail).toContain('"rollback": "none"');
    expect(back.record).toMatchObject({ purpose: { type: 'roll_back' }, end: { outcome: 'rolled_back' } });
    expect(tablesOf(own, plan)).toEqual(['c']);
    expect(rowOf(own, plan, 'm/V3__c.sql')?.status).toBe('succeeded');
  });

  it('ends partial at the first failure and is resumed with the mended script', async () => {
    const { own, plan, forward } = await deployed();
    own.files.contents.set('m/R1__a.sql', 'DROP TABLE nothing;');
    const broken = await planOf(own, { steps });
    const back = wayBack(broken, forward, rowsOf(own, plan));
    const partial = await start(back, own, backRun);
    expect(partial.record?.end).toMatchObject({ outcome: 'rollback_partial' });
    expect(statuses(partial)).toEqual([
      ['b', 'succeeded'],
      ['c', 'skipped'],
      ['a', 'failed'],
    ]);
    own.files.contents.set('m/R1__a.sql', files['m/R1__a.sql']);
    const mended = wayBack(plan, forward, rowsOf(own, plan).map(asApplied(forward)));
    const resumed = await again(
      { ...back, operations: back.operations.map((one, i) => mended.operations[i] ?? one) },
      own,
      partial,
      backRun,
    );
    expect(resumed.record?.end).toMatchObject({ outcome: 'rolled_back' });
    expect(tablesOf(own, plan)).toEqual(['c']);
  });

  it('whose runner died between two rollbacks goes on with the next', async () => {
    const { own, plan, forward } = await deployed();
    const back = wayBack(plan, forward, rowsOf(own, plan));
    const whole = await start(back, own, backRun);
    const died = whole.events.findIndex((event) => event.type === 'operation.started' && event.operation === 'c');
    const events = whole.events.slice(0, died);

    const resumed = await again(back, own, { ...whole, events, record: foldRun(events) }, backRun);
    expect(statuses(resumed)).toEqual([
      ['b', 'succeeded'],
      ['c', 'skipped'],
      ['a', 'succeeded'],
    ]);
    expect(operationOf(resumed, 'a')?.detail).toContain('settled from the target');
    expect(resumed.record?.end).toMatchObject({ outcome: 'rolled_back' });
  });

  it('leaves alone what was applied anew since the rollback was planned', async () => {
    const { own, plan, forward } = await deployed();
    const back = wayBack(plan, forward, rowsOf(own, plan));
    await start(back, own, backRun);
    await start(plan, own, { run: '20260207-120000-cccccc' as never });
    const late = await start(back, own, { run: '20260208-120000-dddddd' as never });
    expect(operationOf(late, 'b')).toMatchObject({ status: 'failed', failure: { code: 'ROLLBACK_CHANGED' } });
    expect(late.record?.end).toMatchObject({ outcome: 'rollback_partial' });
    expect(tablesOf(own, plan).sort()).toEqual(['a', 'b', 'c']);
  });

  it('goes statement by statement where the dialect has no transactional DDL', async () => {
    const { own, plan, forward } = await deployed('mysql');
    const back = await start(wayBack(plan, forward, rowsOf(own, plan)), own, backRun);
    expect(back.record?.end).toMatchObject({ outcome: 'rolled_back' });
    expect(tablesOf(own, plan)).toEqual(['c']);
  });
});

describe('approvals', () => {
  it('are read again once the target is held', async () => {
    const own = engine('auto', files);
    const plan = await planOf(own, { approval_required: true, steps: steps.slice(0, 1) });
    const approval = { planDigest: plan.digest, by: 'kim@desk', at: '2026-02-05T12:00:00.000Z', comment: '' };
    let asked = 0;
    own.approvals.of = async () => (asked++ === 0 ? [approval] : []);
    const ran = await start(plan, own);
    expect(ran.record).toMatchObject({ end: { outcome: 'failed' }, failure: { code: 'APPROVAL_MISSING' } });
    expect(operationOf(ran, 'a')?.status).toBe('pending');
  });
});

const asApplied =
  (forward: Ran) =>
  (row: AppliedMigration): AppliedMigration => ({
    ...row,
    status: 'succeeded',
    runId: forward.record?.id ?? row.runId,
  });
