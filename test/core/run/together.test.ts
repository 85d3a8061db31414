import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine } from './engine.ts';
import { again, operationOf, planOf, start, tablesOf } from './migrations.ts';

const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  'm/V2__b.sql': 'CREATE TABLE b (x int);',
  'm/V3__c.sql': 'CREATE TABLE c (x int);',
  'm/V4__d.sql': 'CREATE TABLE d (x int);',
};
const steps = [
  migration('s1', 'm/V1__a.sql'),
  migration('s2', 'm/V2__b.sql'),
  { id: 'look', name: 'look', type: 'sql_check', sql: 'SELECT 1', expect: 'non_empty' },
  migration('s3', 'm/V3__c.sql'),
  migration('s4', 'm/V4__d.sql'),
];

async function all(contents: Readonly<Record<string, string>> = files): Promise<{ own: Engine; plan: Plan }> {
  const own = engine('auto', contents);
  return { own, plan: { ...(await planOf(own, { steps })), transaction: 'all' } };
}

const commits = (own: Engine) => own.databases.calls.filter(({ call }) => call === 'commitMigrations');

describe('all pending migrations in one transaction', () => {
  it('are committed once for those that stand next to one another', async () => {
    const { own, plan } = await all();
    const ran = await start(plan, own);
    expect(commits(own)).toHaveLength(2);
    expect(operationOf(ran, 's1')).toMatchObject({
      status: 'succeeded',
      detail: '2 statements of 2 files in one transaction',
    });
    expect(operationOf(ran, 's2')).toMatchObject({
      status: 'succeeded',
      detail: 'in one transaction with m/V1__a.sql',
    });
    expect(operationOf(ran, 's4')).toMatchObject({ detail: 'in one transaction with m/V3__c.sql' });
    expect(tablesOf(own, plan)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are applied all or not at all, and the failure names the file that failed', async () => {
    const { own, plan } = await all({ ...files, 'm/V2__b.sql': 'SELECT 1;\nCREATE TABEL b (x int);' });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({
      status: 'failed',
      failure: { file: 'm/V2__b.sql', line: 2, message: expect.stringContaining('of which nothing is applied') },
    });
    expect(operationOf(ran, 's2')?.status).not.toBe('succeeded');
    expect(tablesOf(own, plan)).toEqual([]);
  });

  it('leave out what is applied already', async () => {
    const { own, plan } = await all();
    const first = { ...plan, operations: plan.operations.filter(({ id }) => id === 's1') };
    await start(first, own, { run: '20260201-120000-bbbbbb' as never });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')?.status).toBe('nothing-to-do');
    expect(operationOf(ran, 's2')).toMatchObject({ status: 'succeeded', detail: '1 statement' });
  });

  it.each(['lose', 'lose-after'] as const)('are settled from the target where COMMIT was lost (%s)', async (type) => {
    const { own, plan } = await all();
    own.databases.next('commitMigrations', { type });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')?.status).toBe('unknown');
    const resumed = await again(plan, own, ran);
    for (const id of ['s1', 's2', 's3', 's4']) expect(operationOf(resumed, id)?.status).toBe('succeeded');
    expect(tablesOf(own, plan)).toEqual(['a', 'b', 'c', 'd']);
  });
});
