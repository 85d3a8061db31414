import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorAnswer, type MigrationProject, migrationProject } from '../support/migration-project.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import { planDocument, type RunAnswer } from '../support/srdeploy.ts';

let project: MigrationProject;
afterEach(() => project.remove());

const files = {
  'V1__a.sql': 'CREATE TABLE a (x integer);',
  'V2__b.sql': 'CREATE TABLE b (x integer);',
  'R2__b.sql': 'DROP TABLE b;',
  'V10__c.sql': 'CREATE TABLE c (x integer);',
};
const rows = (sql: string) => rowsIn(join(project.folder, 'data.db'), sql);
const recorded = () => rows('SELECT path FROM srdeploy_migrations ORDER BY applied_at, path').map(({ path }) => path);
const codes = (answer: { json: ErrorAnswer }) => answer.json.error.problems?.map(({ code }) => code);

describe('srdeploy migration apply', () => {
  it('applies what is pending in the order of the versions, once', async () => {
    project = await migrationProject({ ...files, 'schema.sql': 'BROKEN', '_draft.sql': 'BROKEN', 'notes.txt': '' });
    expect((await project.apply()).code).toBe(0);
    expect(recorded()).toEqual(['m/V1__a.sql', 'm/V2__b.sql', 'm/V10__c.sql']);
    const again = await project.apply();
    expect(again.code).toBe(0);
    expect(again.stdout).toBe('Nothing to do on dev: 3 migrations are applied.\n');
    expect(await project.states()).toEqual({ 'V1__a.sql': 'applied', 'V2__b.sql': 'applied', 'V10__c.sql': 'applied' });
  });

  it('is the same as run; plan shows it and changes nothing', async () => {
    project = await migrationProject(files);
    const planned = await project.json<{ plan: { operations: { id: string; state: string }[]; digest: string } }>(
      'plan',
      'm',
      '--target',
      'dev',
    );
    expect(planned).toMatchObject({
      code: 0,
      json: { plan: { operations: ['V1__a', 'V2__b', 'V10__c'].map((id) => ({ id, state: 'pending' })) } },
    });
    expect((await project.apply('--dry-run')).stdout).toContain('Dry run: nothing was run.');
    expect((await project.json<{ runs: unknown[] }>('runs', 'list')).json.runs).toEqual([]);
    const run = await project.json<RunAnswer>('run', 'm', '--target', 'dev');
    expect(run).toMatchObject({ code: 0, json: { run: { plan: { digest: planned.json.plan.digest } } } });
  });

  it('stops at a version, and goes on from there', async () => {
    project = await migrationProject(files);
    expect((await project.apply('--to', 'V2')).code).toBe(0);
    expect(recorded()).toEqual(['m/V1__a.sql', 'm/V2__b.sql']);
    expect(codes(await project.json('migration', 'apply', 'm', '--target', 'dev', '--to', '7'))).toEqual([
      'NO_SUCH_VERSION',
    ]);
    expect((await project.apply()).code).toBe(0);
    expect(recorded()).toHaveLength(3);
  });

  it('puts all pending ones in one transaction where it is asked to', async () => {
    project = await migrationProject({ ...files, 'V11__d.sql': 'CREATE TABLE a (again integer);' });
    const failed = await project.apply('--transaction', 'all');
    expect(failed.code).toBe(8);
    expect(recorded()).toEqual([]);
    await project.write('m/V11__d.sql', 'CREATE TABLE d (x integer);');
    expect((await project.apply('--transaction', 'all')).code).toBe(0);
    expect(recorded()).toHaveLength(4);
  });

  it('applies a repeatable file again when its statements change, and not when its comments do', async () => {
    const view = 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1 AS n;';
    project = await migrationProject({ ...files, 'R__views.sql': view });
    expect((await project.apply()).code).toBe(0);
    await project.write('m/R__views.sql', `-- a comment\r\n${view}`);
    expect(await project.states()).toMatchObject({ 'R__views.sql': 'applied' });
    await project.write('m/R__views.sql', view.replace('1 AS n', '2 AS n'));
    expect((await project.status()).migrations.at(-1)).toMatchObject({
      state: 'pending',
      note: 'changed since it was applied',
    });
    expect((await project.apply()).code).toBe(0);
    expect(rows('SELECT n FROM v')).toEqual([{ n: 2 }]);
    expect(await project.states()).toMatchObject({ 'R__views.sql': 'applied' });
    expect(recorded()).toHaveLength(4);
  });

  it('takes line ends, comments and white space for no change, and shows what else was changed', async () => {
    project = await migrationProject(files);
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V1__a.sql', '-- licence\r\nCREATE  TABLE a\r\n(x integer);\r\n');
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x bigint);');
    const refused = await project.json('migration', 'apply', 'm', '--target', 'dev');
    expect(refused.code).toBe(7);
    expect(codes(refused)).toEqual(['MIGRATION_CHANGED']);
    expect(refused.json.error.differences?.[0]?.unified).toMatch(
      /-CREATE TABLE a \(x integer\);\n.*\+CREATE TABLE a \(x bigint\);/s,
    );
    expect((await project.apply()).stderr).toContain('+CREATE TABLE a (x bigint);');
  });

  it('moves the row of a renamed file and runs nothing', async () => {
    project = await migrationProject(files);
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V2__bees.sql', files['V2__b.sql']);
    await project.delete('m/V2__b.sql');
    expect(await project.states()).toMatchObject({ 'V2__bees.sql': 'renamed' });
    expect((await project.apply()).code).toBe(0);
    expect(await project.states()).toEqual({
      'V1__a.sql': 'applied',
      'V2__bees.sql': 'applied',
      'V10__c.sql': 'applied',
    });
    expect(recorded()).toHaveLength(3);
  });

  it('tells of a recorded file that is gone, and does not mind it', async () => {
    project = await migrationProject(files);
    expect((await project.apply()).code).toBe(0);
    await project.delete('m/V2__b.sql');
    expect(await project.states()).toMatchObject({ 'V2__b.sql': 'missing' });
    expect((await project.apply()).code).toBe(0);
  });

  it('follows folders below only when asked to', async () => {
    project = await migrationProject({ ...files, 'more/V11__d.sql': 'CREATE TABLE d (x integer);' });
    const first = await project.apply();
    expect(first.code).toBe(0);
    expect(recorded()).toHaveLength(3);
    expect((await project.status()).findings.map(({ code }) => code)).toContain('FOLDER_NOT_FOLLOWED');
    expect((await project.apply('--recursive')).code).toBe(0);
    expect(recorded()).toContain('m/more/V11__d.sql');
  });

  it('needs the id typed on production', async () => {
    project = await migrationProject(files);
    expect((await project.run('migration', 'apply', 'm', '--target', 'live', '--yes')).code).toBe(6);
    expect((await project.run('migration', 'apply', 'm', '--target', 'live', '--confirm', 'live')).code).toBe(0);
  });

  it('needs the approvals that the target asks for, of exactly this plan', async () => {
    project = await migrationProject(files);
    const config = JSON.parse(await project.read('deploy-config.json'));
    config.targets.dev.min_approvals = 1;
    await project.write('deploy-config.json', JSON.stringify(config));
    expect((await project.apply()).code).toBe(6);
    expect((await project.run('approve', 'm', '--target', 'dev', '--to', '2')).code).toBe(0);
    expect((await project.apply()).code).toBe(6);
    expect((await project.apply('--to', '2')).code).toBe(0);
    expect((await project.run('approve', 'm', '--target', 'dev')).code).toBe(0);
    expect((await project.apply()).code).toBe(0);
  });
});

describe('a folder that cannot be applied as it is', () => {
  const problemsOf = async (...more: string[]) =>
    codes(await project.json('migration', 'apply', 'm', '--target', 'dev', ...more));

  it('has a version twice: both files are named, until one is allowed with a reason', async () => {
    project = await migrationProject({ ...files, '0002_too.sql': 'CREATE TABLE too (x integer);' });
    const refused = await project.json('migration', 'apply', 'm', '--target', 'dev');
    expect(refused.json.error.message).toContain('m/0002_too.sql and m/V2__b.sql have the same version');
    expect(recordedRuns(await project.json('runs', 'list'))).toEqual([]);
    expect((await project.apply('--allow-duplicate', '0002_too.sql')).code).toBe(7);
    expect((await project.apply('--allow-duplicate', 'V99__x.sql=why')).code).toBe(7);
    expect((await project.apply('--allow-duplicate', '0002_too.sql=two teams')).code).toBe(0);
    expect(rows("SELECT reason FROM srdeploy_migrations WHERE path = 'm/0002_too.sql'")).toEqual([
      { reason: 'duplicate version: two teams' },
    ]);
  });

  it('has a file that comes too late, until it is allowed with a reason', async () => {
    project = await migrationProject(files);
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V3__late.sql', 'CREATE TABLE late (x integer);');
    expect(await problemsOf()).toEqual(['OUT_OF_ORDER']);
    expect((await project.status()).findings).toMatchObject([{ code: 'OUT_OF_ORDER', severity: 'error' }]);
    expect((await project.apply('--allow-out-of-order', 'V3__late.sql=')).code).toBe(7);
    expect(await problemsOf('--allow-out-of-order', 'V4__x.sql=why')).toEqual(['NO_SUCH_MIGRATION']);
    expect((await project.apply('--allow-out-of-order', 'm/V3__late.sql=merged late')).code).toBe(0);
    expect(rows("SELECT reason FROM srdeploy_migrations WHERE path = 'm/V3__late.sql'")).toEqual([
      { reason: 'out of order: merged late' },
    ]);
  });

  it.each<[string, Record<string, string>, string[], string]>([
    ['no migration', { 'seed.sql': 'SELECT 1' }, ['--target', 'dev'], 'NO_MIGRATIONS'],
    ['no target', files, [], 'TARGET_MISSING'],
    ['an unknown target', files, ['--target', 'nowhere'], 'UNKNOWN_TARGET'],
    ['a script that cannot be split', { 'V1__a.sql': "SELECT 'open" }, ['--target', 'dev'], 'SQL_UNTERMINATED'],
  ])('has %s', async (_what, contents, words, code) => {
    project = await migrationProject(contents);
    const refused = await project.json('migration', 'apply', 'm', ...words);
    expect(refused.code).toBe(7);
    expect(codes(refused)).toContain(code);
  });

  it('is not there', async () => {
    project = await migrationProject(files);
    expect(await project.json('migration', 'apply', 'nowhere', '--target', 'dev')).toMatchObject({
      code: 7,
      json: { error: { code: 'FILE_UNREADABLE' } },
    });
  });
});

const recordedRuns = (answer: { json: unknown }) => (answer.json as { runs: unknown[] }).runs;

describe('a run of a folder that failed', () => {
  it('is resumed with the mended script; files that came since are not part of it', async () => {
    project = await migrationProject({ ...files, 'V10__c.sql': 'CREATE TABLE c (' });
    expect((await project.apply()).code).toBe(8);
    await project.write('m/V10__c.sql', 'CREATE TABLE c (x integer);');
    await project.write('m/V11__d.sql', 'CREATE TABLE d (x integer);');
    expect((await project.run('resume', 'latest')).code).toBe(6);
    expect((await project.run('resume', 'latest', '--yes')).code).toBe(0);
    expect(await project.states()).toMatchObject({ 'V10__c.sql': 'applied', 'V11__d.sql': 'pending' });
  });

  it('is not resumed when an applied file was changed or is gone', async () => {
    project = await migrationProject({ ...files, 'V10__c.sql': 'CREATE TABLE a (x integer);' });
    expect((await project.apply()).code).toBe(8);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (y integer);');
    expect((await project.run('resume', 'latest')).code).toBe(4);
    await project.delete('m/V1__a.sql');
    expect((await project.run('resume', 'latest')).code).toBe(7);
  });
});

describe('--to and --transaction of a plan document', () => {
  const document = planDocument({
    steps: [
      { id: 's1', name: 'One', type: 'migration', script: 'm/V1__a.sql' },
      { id: 's2', name: 'Two', type: 'migration', script: 'm/V2__b.sql' },
      { id: 's3', name: 'Ten', type: 'migration', script: 'm/V10__c.sql' },
    ],
  });

  it('leave out the steps behind the version, also on resume', async () => {
    project = await migrationProject({ ...files, 'V2__b.sql': 'CREATE TABLE a (x integer);' });
    await project.write('p.srdeploy', JSON.stringify(document));
    expect((await project.run('run', 'p.srdeploy', '--to', '2')).code).toBe(8);
    await project.write('m/V2__b.sql', files['V2__b.sql']);
    const resumed = await project.json<RunAnswer>('resume', 'latest', '--yes');
    expect(resumed.code).toBe(0);
    expect(resumed.json.run.operations.map(({ id }) => id)).toEqual(['check_connection', 's1', 's2']);
    expect((await project.run('run', 'p.srdeploy', '--to', '99')).code).toBe(7);
    expect((await project.run('run', 'p.srdeploy', '--allow-duplicate', 'V2__b.sql=x')).code).toBe(7);
    expect((await project.run('run', 'p.srdeploy', '--transaction', 'all')).code).toBe(0);
  });
});
