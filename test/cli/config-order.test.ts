import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import { type RunAnswer, srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const run = (...words: string[]) => srdeployJson<RunAnswer>(words, { cwd: project.folder });
const group = (name: string, pattern: string) => ({ name, file_patterns: [pattern] });
const recorded = () =>
  rowsIn(join(project.folder, 'data.db'), 'SELECT path FROM srdeploy_migrations ORDER BY path').map(({ path }) => path);
const errorsOf = ({ json }: { json: object }) =>
  (json as { error: { problems: readonly { code: string; severity: string }[] } }).error.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

const config = {
  project: 'shop',
  connections: { db: { backend: 'sqlite', file: 'data.db' } },
  targets: { dev: { kind: 'development', connection_ref: 'db' } },
};

/** A first group for V1 and a second one for V2, of one folder; V2 is applied. */
async function withTheSecondApplied(first: string): Promise<void> {
  const groups = [group('first', 'm/V1*.sql'), group('second', 'm/V2*.sql')];
  project = await testProject(
    '{}',
    { 'm/V1__a.sql': first, 'm/V2__b.sql': 'CREATE TABLE b (x integer);' },
    { ...config, groups },
  );
  const saved = await run('plan', '--target', 'dev', '--group', 'first', '--out', 'first.plan.json');
  expect(saved.code).toBe(0);
  expect((await run('run', '--target', 'dev', '--group', 'second')).code).toBe(0);
}

describe('migrations of groups that come behind a higher version', () => {
  it('are refused when they are planned, and when the target got that version since', async () => {
    await withTheSecondApplied('CREATE TABLE a (x integer);');
    const late = await run('run', '--target', 'dev', '--group', 'first');
    expect([late.code, errorsOf(late)]).toEqual([7, ['OUT_OF_ORDER']]);
    const saved = await run('apply', 'first.plan.json');
    expect([saved.code, saved.json.error?.code]).toEqual([8, 'OUT_OF_ORDER']);
    expect(saved.json.error?.message).toContain('m/V2__b.sql');
    expect(recorded()).toEqual(['m/V2__b.sql']);
  });

  it('are applied where a person allowed it, in the next attempt too', async () => {
    await withTheSecondApplied('CREATE TABL a (x integer);');
    const allowed = ['--allow-out-of-order', 'm/V1__a.sql=written on a branch; duplicate version: no'];
    expect((await run('run', '--target', 'dev', '--group', 'first', ...allowed)).code).toBe(8);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x integer);');
    const resumed = await run('resume', 'latest', '--yes');
    expect([resumed.code, resumed.json.error]).toEqual([0, undefined]);
    expect(recorded()).toEqual(['m/V1__a.sql', 'm/V2__b.sql']);
  });
});

describe('a version that a folder of a config has twice', () => {
  it('is refused, whichever groups have it, unless a person allowed it for one of its files', async () => {
    const groups = [group('one', 'm/*a.sql'), group('two', 'm/*b.sql')];
    const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);', 'm/V1__b.sql': 'CREATE TABLE b (x integer);' };
    project = await testProject('{}', files, { ...config, groups });
    const twice = await run('run', '--target', 'dev');
    expect([twice.code, errorsOf(twice)]).toEqual([7, ['DUPLICATE_VERSION']]);
    expect((await run('run', '--target', 'dev', '--allow-duplicate', 'm/V1__a.sql=two teams')).code).toBe(0);
    expect(recorded()).toEqual(['m/V1__a.sql', 'm/V1__b.sql']);
    const unknown = await run('plan', '--target', 'dev', '--allow-duplicate', 'm/V9__c.sql=why');
    expect([unknown.code, errorsOf(unknown)]).toEqual([7, ['NO_SUCH_MIGRATION', 'DUPLICATE_VERSION']]);
  });
});
