import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine } from './engine.ts';
import { acting, again, logOf, on, operationOf, planOf, rowOf, start, tablesOf } from './migrations.ts';

const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  'm/R1__a.sql': 'DROP TABLE a;',
  'm/V2__b.sql': 'CREATE TABLE b (x int);',
  'm/V3__c.sql': 'CREATE TABLE c (x int);\nCREATE TABLE d (x int);',
};
const one = { steps: [migration('s1', 'm/V1__a.sql', { rollback: 'm/R1__a.sql' })] };
const other = { run: '20260206-120000-bbbbbb' as never };
const path = 'm/V1__a.sql';

async function applied(): Promise<{ own: Engine; plan: Plan }> {
  const own = engine('auto', files);
  const plan = await planOf(own, one);
  expect(operationOf(await start(plan, own), 's1')?.status).toBe('succeeded');
  return { own, plan };
}

const migrationOf = (ran: Awaited<ReturnType<typeof start>>) =>
  ran.events.flatMap((event) => (event.type === 'operation.finished' ? (event.migration ?? []) : []));

describe('rolling a migration back', () => {
  it('runs its rollback script, and the row says so', async () => {
    const { own, plan } = await applied();
    const ran = await start(acting(plan, { action: 'roll_back' }), own, other);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded' });
    expect(migrationOf(ran)).toMatchObject([{ file: path, status: 'rolled_back' }]);
    expect(tablesOf(own, plan)).toEqual([]);
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'rolled_back', sql: files[path] });
    const forward = await start(plan, own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(forward, 's1')).toMatchObject({ status: 'succeeded' });
    expect(tablesOf(own, plan)).toEqual(['a']);
  });

  it('has nothing to do where nothing is applied, or it is rolled back already', async () => {
    const { own, plan } = await applied();
    const back = acting(plan, { action: 'roll_back' });
    await start(back, own, other);
    const twice = await start(back, own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(twice, 's1')).toMatchObject({ status: 'nothing-to-do', detail: 'rolled back already' });
    const fresh = engine('auto', files);
    const ran = await start(acting(await planOf(fresh, one), { action: 'roll_back' }), fresh);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'nothing-to-do' });
  });

  it('that fails leaves the migration applied', async () => {
    const { own } = await applied();
    own.files.contents.set('m/R1__a.sql', 'DROP TABLE a;\nDROP TABLE nothing;');
    const plan = await planOf(own, one);
    const ran = await start(acting(plan, { action: 'roll_back' }), own, other);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'failed', failure: { file: 'm/R1__a.sql', line: 2 } });
    expect(rowOf(own, plan, path)).toMatchObject({ status: 'succeeded' });
    expect(tablesOf(own, plan)).toEqual(['a']);
  });

  it('goes on statement by statement where it stopped, and nobody applies what is half taken back', async () => {
    const own = engine('auto', { ...files, 'm/R3__c.sql': 'DROP TABLE d;\nDROP TABLE x;' });
    const fields = { steps: [migration('s1', 'm/V3__c.sql', { rollback: 'm/R3__c.sql' })] };
    const plan = on(await planOf(own, fields), 'mysql');
    await start(plan, own);
    const back = acting(plan, { action: 'roll_back' });
    const ran = await start(back, own, other);
    expect(operationOf(ran, 's1')?.failure?.message).toContain('Mend statement 2 and resume.');
    expect(rowOf(own, plan, 'm/V3__c.sql')).toMatchObject({ status: 'rolling_back', statementIndex: 1 });
    const forward = await start(plan, own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(forward, 's1')?.failure).toMatchObject({ code: 'MIGRATION_ROLLING_BACK' });

    own.files.contents.set('m/R3__c.sql', 'DROP TABLE d;\nDROP TABLE c;');
    const mended = acting(on(await planOf(own, fields), 'mysql'), { action: 'roll_back' });
    const resumed = await again(mended, own, ran, other);
    expect(operationOf(resumed, 's1')).toMatchObject({ status: 'succeeded' });
    expect(tablesOf(own, plan)).toEqual([]);
    expect(own.databases.statements.filter((text) => text === 'DROP TABLE d')).toHaveLength(1);
  });

  it('is settled from the target where COMMIT was lost', async () => {
    for (const type of ['lose', 'lose-after'] as const) {
      const { own, plan } = await applied();
      const back = acting(plan, { action: 'roll_back' });
      own.databases.next('commitMigrations', { type });
      const ran = await start(back, own, other);
      expect(operationOf(ran, 's1')?.status).toBe('unknown');
      const resumed = await again(back, own, ran, other);
      expect(operationOf(resumed, 's1')?.status).toBe('succeeded');
      expect(tablesOf(own, plan)).toEqual([]);
    }
  });
});

describe('marking a migration as applied', () => {
  it('writes the row with the reason and runs nothing', async () => {
    const own = engine('auto', files);
    const plan = acting(await planOf(own, one), { action: 'mark_applied', reason: 'restored from a dump' });
    const ran = await start(plan, own);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded' });
    expect(migrationOf(ran)).toMatchObject([{ file: path, status: 'success' }]);
    expect(own.databases.statements).toEqual([]);
    expect(rowOf(own, plan, path)).toMatchObject({
      status: 'succeeded',
      reason: 'restored from a dump',
      statementIndex: 1,
      sql: files[path],
    });
  });

  it('has nothing to do where it is recorded so, and refuses where other statements are', async () => {
    const { own, plan } = await applied();
    const mark = (from: Plan) => acting(from, { action: 'mark_applied', reason: 'why' });
    expect(operationOf(await start(mark(plan), own, other), 's1')?.status).toBe('nothing-to-do');
    own.files.contents.set(path, 'CREATE TABLE a (y int);');
    const changed = await start(mark(await planOf(own, one)), own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(changed, 's1')?.failure?.code).toBe('MIGRATION_CHANGED');
  });

  it('finishes one that stopped half-way and that a person finished by hand', async () => {
    const own = engine('auto', { ...files, 'm/V3__c.sql': 'CREATE TABLE c (x int);\nCREATE TABEL d (x int);' });
    const fields = { steps: [migration('s1', 'm/V3__c.sql')] };
    await start(on(await planOf(own, fields), 'mysql'), own);
    const plan = acting(on(await planOf(own, fields), 'mysql'), { action: 'mark_applied', reason: 'done by hand' });
    expect(operationOf(await start(plan, own, other), 's1')?.status).toBe('succeeded');
    expect(rowOf(own, plan, 'm/V3__c.sql')).toMatchObject({ status: 'succeeded', reason: 'done by hand' });
  });
});

describe('accepting a changed file', () => {
  it('takes it for what was applied, and shows what that changes', async () => {
    const { own } = await applied();
    own.files.contents.set(path, '-- now with y\nCREATE TABLE a (x int, y int);');
    const plan = acting(await planOf(own, one), { action: 'accept_change', reason: 'y was added by hand' });
    const ran = await start(plan, own, other);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'succeeded' });
    expect(logOf(ran, 's1')).toEqual(
      expect.arrayContaining(['-CREATE TABLE a (x int);', '+CREATE TABLE a (x int, y int);']),
    );
    expect(rowOf(own, plan, path)).toMatchObject({ reason: 'y was added by hand', status: 'succeeded' });
    const after = await start(await planOf(own, one), own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(after, 's1')?.status).toBe('nothing-to-do');
  });

  it('is refused for a migration that is not applied', async () => {
    const own = engine('auto', files);
    const plan = acting(await planOf(own, one), { action: 'accept_change', reason: 'why' });
    expect(operationOf(await start(plan, own), 's1')?.failure?.code).toBe('MIGRATION_NOT_APPLIED');
  });
});

describe('a file that was renamed after it was applied', () => {
  it('has its row moved, and nothing is run', async () => {
    const { own, plan } = await applied();
    own.files.contents.delete(path);
    own.files.contents.set('m/V0001__first.sql', files[path]);
    const renamed = await planOf(own, { steps: [migration('s1', 'm/V0001__first.sql')] });
    const ran = await start(renamed, own, other);
    expect(operationOf(ran, 's1')).toMatchObject({ status: 'nothing-to-do', detail: `renamed from ${path}` });
    expect(migrationOf(ran)).toMatchObject([{ file: 'm/V0001__first.sql', status: 'success', movedFrom: path }]);
    expect(rowOf(own, plan, path)).toBeUndefined();
    expect(rowOf(own, plan, 'm/V0001__first.sql')).toMatchObject({ status: 'succeeded', version: '0001' });
    expect(own.databases.statements).toHaveLength(1);
  });

  it('is refused where two pending files have its content, and is no rename where the old file is there', async () => {
    const { own } = await applied();
    own.files.contents.set('m/V8__copy.sql', files[path]);
    const copy = await start(await planOf(own, { steps: [migration('s1', 'm/V8__copy.sql')] }), own, other);
    expect(operationOf(copy, 's1')?.failure?.code).toBe('SQL_ERROR');
    own.files.contents.delete(path);
    own.files.contents.set('m/V9__copy.sql', files[path]);
    const steps = [migration('s1', 'm/V8__copy.sql'), migration('s2', 'm/V9__copy.sql')];
    const two = await start(await planOf(own, { steps }), own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(two, 's1')?.failure?.code).toBe('MIGRATION_RENAME_UNCLEAR');
  });
});

describe('a file that stopped half-way and was renamed since', () => {
  it('is not applied from its beginning', async () => {
    const text = 'CREATE TABLE a (x int);\nCREATE TABEL b (x int);';
    const own = engine('auto', { 'm/V1__a.sql': text });
    await start(on(await planOf(own, { steps: [migration('s1', 'm/V1__a.sql')] }), 'mysql'), own);
    own.files.contents.delete('m/V1__a.sql');
    own.files.contents.set('m/V1__b.sql', text);
    const renamed = on(await planOf(own, { steps: [migration('s1', 'm/V1__b.sql')] }), 'mysql');
    const ran = await start(renamed, own, other);
    expect(operationOf(ran, 's1')?.failure).toMatchObject({ code: 'MIGRATION_RENAME_UNCLEAR' });
    expect(own.databases.statements).toHaveLength(2);
  });
});

describe('a repeatable file', () => {
  it('is applied again when its statements have changed, and keeps its row where that fails', async () => {
    const repeatable = 'm/R__views.sql';
    const own = engine('auto', { [repeatable]: 'CREATE TABLE v1 (x int);' });
    const fields = { steps: [migration('s1', repeatable)] };
    const plan = await planOf(own, fields);
    await start(plan, own);
    own.files.contents.set(repeatable, 'CREATE TABLE v2 (x int);');
    const changed = await start(await planOf(own, fields), own, other);
    expect(operationOf(changed, 's1')?.status).toBe('succeeded');
    expect(tablesOf(own, plan)).toEqual(['v1', 'v2']);
    own.files.contents.set(repeatable, 'CREATE TABEL v3 (x int);');
    const failed = await start(await planOf(own, fields), own, { run: '20260207-120000-cccccc' as never });
    expect(operationOf(failed, 's1')?.status).toBe('failed');
    expect(rowOf(own, plan, repeatable)).toMatchObject({ status: 'succeeded', sql: 'CREATE TABLE v2 (x int);' });
  });
});
