import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x integer);\nINSERT INTO a VALUES (1);',
  'm/R1__a.sql': 'DROP TABLE a;',
  'm/V2__b.sql': 'CREATE TABLE b (x integer);',
  'm/R2__b.sql': 'DROP TABLE b;',
  'm/V3__c.sql': 'CREATE TABLE c (x integer);',
  'm/R3__c.sql': '-- There is no way back.\n',
};
const a = migration('a', 'm/V1__a.sql', { rollback: 'm/R1__a.sql' });
const b = migration('b', 'm/V2__b.sql', { rollback: 'm/R2__b.sql' });
const c = migration('c', 'm/V3__c.sql', { rollback: 'm/R3__c.sql' });

interface PlanAnswer {
  readonly plan: { readonly digest: string; readonly operations: readonly Record<string, unknown>[] };
  readonly needs: readonly { readonly type: string }[];
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly dangers: readonly { readonly code: string; readonly file: string }[];
  readonly differences?: readonly { readonly script: string; readonly unified: string }[];
}
interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly needs?: readonly { type: string }[] };
}

const options = () => ({ cwd: project.folder });
const json = <T = RunAnswer>(...words: string[]) => srdeployJson<T>(words, options());
const tables = () =>
  rowsIn(join(project.folder, 'data.db'), "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .map(({ name }) => name)
    .filter((name) => !String(name).startsWith('srdeploy'));
const history = () =>
  Object.fromEntries(
    rowsIn(join(project.folder, 'data.db'), 'SELECT path, status FROM srdeploy_migrations').map((row) => [
      row.path,
      row.status,
    ]),
  );

/** A project whose plan has run. */
async function deployed(steps: readonly object[], config: object = sqliteConfig, more: readonly string[] = []) {
  project = await testProject(planDocument({ steps }), files, config);
  const ran = await json('run', project.plan, ...more);
  expect(ran.code, JSON.stringify(ran.json)).toBe(0);
  return ran.json.run.id;
}

const runCount = async () => (await json<{ runs: unknown[] }>('runs', 'list')).json.runs.length;

describe('rollback', () => {
  it('runs the rollback scripts in reverse order in a run of its own, and what was rolled back is pending again', async () => {
    const of = await deployed([a, b]);
    const back = await json('rollback', of, '--yes');
    expect(back.code, JSON.stringify(back.json)).toBe(0);
    expect(back.json.run).toMatchObject({ status: 'rolled_back', rollsBack: of });
    expect(back.json.run.operations.map(({ id, status }) => [id, status])).toEqual([
      ['b', 'succeeded'],
      ['a', 'succeeded'],
    ]);
    expect(tables()).toEqual([]);
    expect(history()).toEqual({ 'm/V1__a.sql': 'rolled_back', 'm/V2__b.sql': 'rolled_back' });
    const local = await json<{ entries: readonly { file: string; status: string }[] }>(
      'migration',
      'history',
      '--target',
      'staging',
    );
    expect(
      local.json.entries
        .filter(({ status }) => status === 'rolled_back')
        .map(({ file }) => file)
        .sort(),
    ).toEqual(['m/V1__a.sql', 'm/V2__b.sql']);
    const shown = await json('runs', 'show', of);
    expect(shown.json.run).toMatchObject({
      status: 'succeeded',
      rolledBackBy: [{ run: back.json.run.id, status: 'rolled_back' }],
    });
    expect(shown.json.run.canRollBack).toBeUndefined();
    expect((await json('run', project.plan)).code).toBe(0);
    expect(tables()).toEqual(['a', 'b']);
  });

  it('shows the plan first, with what the scripts lose and what was changed in them, and runs nothing without a yes', async () => {
    const of = await deployed([a, b]);
    await project.write('m/R2__b.sql', 'DROP TABLE IF EXISTS b;');
    const shown = await json<PlanAnswer>('rollback', of, '--dry-run');
    expect(shown.code).toBe(0);
    expect(shown.json.plan.operations).toMatchObject([
      { id: 'b', type: 'migration', script: 'm/R2__b.sql', state: 'applied', dependsOn: [] },
      { id: 'a', type: 'migration', script: 'm/R1__a.sql', state: 'applied', dependsOn: ['b'] },
    ]);
    expect(shown.json.dangers.map(({ code, file }) => [code, file])).toEqual([
      ['M001', 'm/R2__b.sql'],
      ['M001', 'm/R1__a.sql'],
    ]);
    expect(shown.json.differences?.[0]?.unified).toMatch(/^-DROP TABLE b;$[\s\S]*^\+DROP TABLE IF EXISTS b;$/m);
    expect(await json<ErrorAnswer>('rollback', of)).toMatchObject({
      code: 6,
      json: { error: { needs: [{ type: 'confirm-rollback', files: ['m/V2__b.sql', 'm/V1__a.sql'] }] } },
    });
    const text = await srdeploy(['rollback', of], options());
    expect(text.code).toBe(6);
    expect(text.stdout).toContain('Plan: 2 rollbacks');
    expect(text.stdout).toContain('Changed since the run was planned:');
    expect(await runCount()).toBe(1);
    expect(tables()).toEqual(['a', 'b']);
  });

  it.each([
    ['"rollback": "none"', migration('c', 'm/V3__c.sql', { rollback: 'none' }), 'none'],
    ['no rollback', migration('c', 'm/V3__c.sql'), 'missing'],
    ['a rollback of comments alone', c, 'empty'],
  ])('needs a confirmation by name for a step with %s, and leaves it as it is', async (_, step, why) => {
    const of = await deployed([a, step, b]);
    const shown = await json<PlanAnswer>('rollback', of, '--dry-run');
    expect(shown.json.plan.operations).toMatchObject([
      { id: 'b' },
      { id: 'c', type: 'irreversible', why },
      { id: 'a' },
    ]);
    expect(await json<ErrorAnswer>('rollback', of, '--yes')).toMatchObject({
      code: 6,
      json: {
        error: {
          message: expect.stringContaining('--skip-irreversible c'),
          needs: [{ type: 'confirm-skip-irreversible', operations: [{ operation: 'c' }] }],
        },
      },
    });
    expect(await json<ErrorAnswer>('rollback', of, '--yes', '--skip-irreversible', 'b')).toMatchObject({
      code: 7,
      json: { error: { code: 'SKIP_REFUSED' } },
    });
    expect(await runCount()).toBe(1);
    const back = await json('rollback', of, '--yes', '--skip-irreversible', 'c');
    expect(back.json.run).toMatchObject({ status: 'rolled_back' });
    expect(back.json.run.operations.map(({ id, status }) => [id, status])).toEqual([
      ['b', 'succeeded'],
      ['c', 'skipped'],
      ['a', 'succeeded'],
    ]);
    expect(tables()).toEqual(['c']);
    expect(history()).toMatchObject({ 'm/V3__c.sql': 'succeeded' });
  });

  it('names a command as a step without a way back, and a rollback script that is gone', async () => {
    const command = { id: 'warm', name: 'Warm the cache', type: 'command', command: ['true'] };
    project = await testProject(planDocument({ version: '1.1', steps: [a, command, b] }), files);
    const ran = await json('run', project.plan);
    expect(ran.code, JSON.stringify(ran.json)).toBe(0);
    const of = ran.json.run.id;
    const plan = JSON.stringify(planDocument({ version: '1.1', steps: [a, command] }));
    await project.write(project.plan, plan);
    await rm(join(project.folder, 'm/R2__b.sql'));
    const shown = await json<PlanAnswer>('rollback', of, '--dry-run');
    expect(shown.json.plan.operations).toMatchObject([
      { id: 'b', type: 'irreversible', why: 'gone' },
      { id: 'warm', type: 'irreversible', why: 'command' },
      { id: 'a', type: 'migration' },
    ]);
    const skips = ['--skip-irreversible', 'b', '--skip-irreversible', 'warm'];
    expect((await json('rollback', of, '--yes', ...skips)).json.run.status).toBe('rolled_back');
    expect(tables()).toEqual(['b']);
  });

  it('ends as partial at its first failure, and a resume with the mended script takes back the rest', async () => {
    const of = await deployed([a, b]);
    await project.write('m/R1__a.sql', 'DROP TABLE nothing;');
    const back = await json('rollback', of, '--yes');
    expect(back).toMatchObject({ code: 8, json: { run: { status: 'rollback_partial', resumeFrom: 'a' } } });
    expect(tables()).toEqual(['a']);
    expect(history()).toEqual({ 'm/V1__a.sql': 'succeeded', 'm/V2__b.sql': 'rolled_back' });
    expect((await json('runs', 'show', of)).json.run).toMatchObject({
      canRollBack: true,
      rolledBackBy: [{ status: 'rollback_partial' }],
    });
    await project.write('m/R1__a.sql', 'DROP TABLE a;');
    expect((await json<ErrorAnswer>('resume', back.json.run.id)).code).toBe(6);
    const again = await json('resume', back.json.run.id, '--yes');
    expect(again, JSON.stringify(again.json)).toMatchObject({
      code: 0,
      json: { run: { status: 'rolled_back', attempt: 2 } },
    });
    expect(tables()).toEqual([]);
  });

  it('ends as partial also where the very first script fails, and a new rollback may follow', async () => {
    const of = await deployed([a, b]);
    await project.write('m/R2__b.sql', 'DROP TABLE nothing;');
    expect(await json('rollback', of, '--yes')).toMatchObject({
      code: 8,
      json: { run: { status: 'rollback_partial' } },
    });
    expect(tables()).toEqual(['a', 'b']);
    await project.write('m/R2__b.sql', 'DROP TABLE b;');
    expect((await json('rollback', of, '--yes')).json.run.status).toBe('rolled_back');
    expect(tables()).toEqual([]);
  });

  it('refuses a run twice, a rollback, a run that applied nothing, and one that is not there', async () => {
    const of = await deployed([a]);
    const nothing = (await json('run', project.plan)).json.run.id;
    expect(await json<ErrorAnswer>('rollback', nothing, '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'NOTHING_TO_ROLL_BACK' } },
    });
    const back = (await json('rollback', of, '--yes')).json.run.id;
    expect(await json<ErrorAnswer>('rollback', of, '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'ALREADY_ROLLED_BACK', message: expect.stringContaining(back) } },
    });
    expect(await json<ErrorAnswer>('rollback', back, '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'NOT_A_DEPLOYMENT' } },
    });
    expect((await json('run', project.plan)).code).toBe(0);
    expect(await json<ErrorAnswer>('rollback', of, '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'NOTHING_TO_ROLL_BACK', message: expect.stringContaining('was applied again since') } },
    });
    expect((await json<ErrorAnswer>('rollback', '20200101-000000-aaaaaa')).code).toBe(7);
  });

  it('names what other runs have applied since', async () => {
    const of = await deployed([a]);
    await project.write(project.plan, JSON.stringify(planDocument({ steps: [a, b] })));
    const later = (await json('run', project.plan)).json.run.id;
    const shown = await json<PlanAnswer>('rollback', of, '--dry-run');
    const below = shown.json.findings.find(({ code }) => code === 'ROLLBACK_BELOW');
    expect(below?.message).toContain(`m/V2__b.sql (run ${later})`);
    expect((await json('rollback', later, '--yes')).json.run.operations.map(({ id }) => id)).toEqual(['b']);
    expect(tables()).toEqual(['a']);
  });

  it('on production wants the id typed and each script that loses data named, and --yes is not enough', async () => {
    const live = { ...sqliteConfig, targets: { staging: { name: 'Live', kind: 'production', connection_ref: 'db' } } };
    const of = await deployed([a], live, ['--confirm', 'staging']);
    const asked = await json<ErrorAnswer>('rollback', of, '--yes');
    expect(asked.code).toBe(6);
    expect(asked.json.error.needs?.map(({ type }) => type)).toEqual(['confirm-target', 'confirm-danger']);
    expect(await runCount()).toBe(1);
    const back = await json('rollback', of, '--confirm', 'staging', '--confirm', 'a');
    expect(back, JSON.stringify(back.json)).toMatchObject({ code: 0, json: { run: { status: 'rolled_back' } } });
  });

  it('needs approvals of its own where the plan asks for them, bound to the way back', async () => {
    project = await testProject(planDocument({ approval_required: true, steps: [a] }), files);
    const of = (await json('run', project.plan, '--approve', 'forward')).json.run.id;
    expect(await json<ErrorAnswer>('rollback', of, '--yes')).toMatchObject({
      code: 6,
      json: { error: { needs: [{ type: 'approval', have: 0 }] } },
    });
    const approved = await srdeploy(['approve', of, '--rollback', '--comment', 'take it back'], {
      ...options(),
      env: { SRDEPLOY_USER: 'kim' },
    });
    expect(approved.code, approved.stderr).toBe(0);
    expect((await json('rollback', of, '--yes')).json.run.status).toBe('rolled_back');
  });

  it('goes on in a process of its own with --detach, and is told as events with --events', async () => {
    const of = await deployed([a]);
    const told = await srdeploy(['rollback', of, '--yes', '--events'], options());
    const events = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: 'run.created', purpose: { type: 'roll_back', of } });
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', outcome: 'rolled_back' });
    const again = (await json('run', project.plan)).json.run.id;
    const started = await json('rollback', again, '--yes', '--detach');
    expect(started.code, JSON.stringify(started.json)).toBe(0);
    const end = await srdeploy(['runs', 'logs', started.json.run.id, '--follow'], options());
    expect(end.code, end.stdout).toBe(0);
    expect(tables()).toEqual([]);
  });
});
