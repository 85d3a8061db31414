import { describe, expect, it } from 'vitest';
import { comparePlans, foldRun, type OperationStatus, type Plan, type RunRecord } from '../../../core/index.ts';
import { migration, sqliteConfig } from '../../support/srdeploy.ts';
import { engine, planOf, runPlan } from './engine.ts';

const files = {
  'm/V1.sql': 'CREATE TABLE a (x int);',
  'm/V2.sql': 'CREATE TABLE b (x int);',
  'm/R1.sql': 'DROP TABLE a;',
};
const steps = [migration('s1', 'm/V1.sql', { rollback: 'm/R1.sql' }), migration('s2', 'm/V2.sql', { timeout_sec: 5 })];
const fields = { steps, post_checks: [{ id: 'c', type: 'object_count', min: 1 }] };

async function stored(): Promise<{ plan: Plan; record: RunRecord }> {
  const own = engine('auto', files);
  const plan = await planOf(own, fields);
  own.databases.next('openMigration', { type: 'refuse', message: 'no' });
  const ran = await runPlan(own, fields);
  return { plan, record: withStatus(foldRun(ran.events) as RunRecord, 's1', 'succeeded') };
}

const withStatus = (record: RunRecord, id: string, status: OperationStatus): RunRecord => ({
  ...record,
  operations: record.operations.map((one) => (one.id === id ? { ...one, status } : one)),
});

async function compared(
  changes: { fields?: object; config?: object; files?: Record<string, string> },
  status: OperationStatus = 'failed',
) {
  const { plan, record } = await stored();
  const own = engine('auto', { ...files, ...changes.files });
  const now = await planOf(own, { ...fields, ...changes.fields }, changes.config);
  return comparePlans(plan, now, withStatus(record, 's2', status));
}

describe('what may differ between a run’s plan and the project now', () => {
  it('nothing differs, also where only the plan’s name, author and rollback scripts do', async () => {
    expect(await compared({})).toEqual({ type: 'same' });
    expect(await compared({ fields: { name: 'Another name', created_by: 'lou' } })).toEqual({ type: 'same' });
    expect(await compared({ files: { 'm/R1.sql': 'DROP TABLE IF EXISTS a;' } })).toEqual({ type: 'same' });
  });

  it.each(['failed', 'cancelled', 'unknown', 'pending', 'skipped'] as const)(
    'the script of an operation that is %s may be mended',
    async (status) => {
      expect(await compared({ files: { 'm/V2.sql': 'CREATE TABLE c (x int);' } }, status)).toMatchObject({
        type: 'amended',
        amendments: [{ operation: 's2', script: 'm/V2.sql' }],
      });
    },
  );

  it.each(['succeeded', 'nothing-to-do'] as const)('the script of an operation that is %s may not', async (status) => {
    expect(await compared({ files: { 'm/V2.sql': 'CREATE TABLE c (x int);' } }, status)).toEqual({
      type: 'refused',
      differences: ['m/V2.sql, which has already been applied'],
    });
  });

  it('line ends are no difference', async () => {
    expect(await compared({ files: { 'm/V2.sql': 'CREATE TABLE b (x int);\r\n' } })).toMatchObject({ type: 'amended' });
    const own = engine('auto', { ...files, 'm/V2.sql': 'a\nb' });
    const other = engine('auto', { ...files, 'm/V2.sql': 'a\r\nb' });
    const [one, two] = [await planOf(own, fields), await planOf(other, fields)];
    expect(one.digest).toBe(two.digest);
  });

  it.each<[string, { fields?: object; config?: object }, string]>([
    ['a timeout', { fields: { steps: [steps[0], migration('s2', 'm/V2.sql', { timeout_sec: 6 })] } }, 'operation "s2"'],
    ['a path', { fields: { steps: [steps[0], migration('s2', 'm/V1.sql', { timeout_sec: 5 })] } }, 'operation "s2"'],
    ['a rollback that goes away', { fields: { steps: [migration('s1', 'm/V1.sql'), steps[1]] } }, 'operation "s1"'],
    ['the order', { fields: { steps: [steps[1], steps[0]] } }, 'the operations'],
    ['a step more', { fields: { steps: [...steps, migration('s3', 'm/V2.sql')] } }, 'the operations'],
    ['a check less', { fields: { post_checks: [] } }, 'the operations'],
    ['a check’s limit', { fields: { post_checks: [{ id: 'c', type: 'object_count', min: 2 }] } }, 'operation "c"'],
    ['the approval rule', { fields: { approval_required: true } }, 'the approval rule'],
    ['the plan id', { fields: { plan_id: '11111111-5a64-4d0f-8a55-3f0c2a1b9d10' } }, 'the plan id'],
    ['the project', { config: { ...sqliteConfig, project: 'other' } }, 'the project name'],
    [
      'the connection',
      { config: { ...sqliteConfig, connections: { db: { backend: 'sqlite', file: 'other.db' } } } },
      'the connection',
    ],
    [
      'the target',
      { config: { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'production', connection_ref: 'db' } } } },
      'the target',
    ],
  ])('%s may not differ', async (_what, changes, word) => {
    expect(await compared(changes)).toMatchObject({ type: 'refused', differences: expect.arrayContaining([word]) });
  });
});
