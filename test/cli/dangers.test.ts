import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DangerView, Need } from '../../protocol/index.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const production = {
  ...sqliteConfig,
  targets: { staging: { name: 'Live', kind: 'production', connection_ref: 'db' } },
};
const files = {
  'm/V1__a.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY, old TEXT);\n',
  'm/V2__drop.sql': 'ALTER TABLE a ADD COLUMN new TEXT;\n-- what goes\nDELETE FROM a;\n',
};
const first = migration('make', 'm/V1__a.sql', { rollback: 'none' });
const second = migration('empty', 'm/V2__drop.sql', { rollback: 'none' });

interface PlanAnswer {
  readonly dangers: readonly DangerView[];
  readonly needs: readonly Need[];
}
const planned = async () => (await srdeployJson<PlanAnswer>(['plan', project.plan], { cwd: project.folder })).json;
const run = (...confirmations: readonly string[]) =>
  srdeployJson<{ error?: { needs?: readonly Need[]; message: string } }>(
    ['run', project.plan, ...confirmations.flatMap((text) => ['--confirm', text])],
    { cwd: project.folder },
  );
/** Applies the first migration, so that its table has been there before the second. */
async function withAppliedFirst(config: object, more: Readonly<Record<string, string>> = {}): Promise<void> {
  project = await testProject(planDocument({ steps: [first] }), { ...files, ...more }, config);
  expect((await run('staging')).code).toBe(0);
  await project.write(project.plan, JSON.stringify(planDocument({ steps: [first, second] }), undefined, 2));
}

describe('the danger report of a plan', () => {
  it('judges pending migrations only, each finding with its step, place, kind and safer form', async () => {
    await withAppliedFirst(sqliteConfig);
    const { dangers, needs } = await planned();
    expect(dangers).toEqual([
      {
        operation: 'empty',
        code: 'M007',
        rule: 'delete-without-where',
        severity: 'warning',
        category: 'data-loss',
        message: 'Every row of a is deleted: there is no WHERE.',
        saferForm: expect.stringContaining('WHERE'),
        file: 'm/V2__drop.sql',
        range: { start: { line: 3, column: 1 }, end: { line: 3, column: 14 } },
        needsConfirmation: true,
      },
    ]);
    expect(needs).toEqual([]);
    expect((await run()).code).toBe(0);
    expect((await planned()).dangers).toEqual([]);
  });

  it('is text for people, by migration, with the kind of harm in words', async () => {
    await withAppliedFirst(sqliteConfig);
    const { stdout } = await srdeploy(['plan', project.plan], { cwd: project.folder });
    expect(stdout).toContain(
      'Dangers of empty\n  m/V2__drop.sql:3:1: warning M007 data loss Every row of a is deleted',
    );
    expect(stdout).toContain('    Safer: ');
  });

  it('follows the deploy config', async () => {
    const rules = { 'delete-without-where': 'error' };
    await withAppliedFirst({ ...sqliteConfig, rules });
    expect((await planned()).dangers).toMatchObject([{ severity: 'error' }]);
    const suppress = [{ code: 'M007', file: 'm/V2__drop.sql', id: 'empty', reason: 'nothing is in it' }];
    await project.write('deploy-config.json', JSON.stringify({ ...sqliteConfig, rules: { suppress } }));
    expect((await planned()).dangers).toEqual([]);
  });

  it('is part of validate, as warnings at most, in the file of the script', async () => {
    project = await testProject(planDocument({ steps: [first, migration('drop', 'm/V3__drop.sql')] }), {
      ...files,
      'm/V3__drop.sql': 'DROP TABLE b;',
    });
    const validated = await srdeployJson<{ files: { findings: object[] }[] }>(['validate', project.plan], {
      cwd: project.folder,
    });
    expect(validated.code).toBe(0);
    expect(validated.json.files[0]?.findings).toMatchObject([
      { code: 'M001', severity: 'warning', category: 'data-loss', file: 'm/V3__drop.sql' },
      { code: 'M044', severity: 'information', category: 'irreversible' },
    ]);
    expect((await srdeploy(['validate', project.plan], { cwd: project.folder })).stdout).toContain(
      'm/V3__drop.sql:1:1: warning M001',
    );
  });
});

describe('a dangerous migration on production', () => {
  it('needs a confirmation that names it, beside the one of the target', async () => {
    await withAppliedFirst(production);
    expect((await planned()).needs).toMatchObject([
      { type: 'confirm-target' },
      { type: 'confirm-danger', operation: 'empty', file: 'm/V2__drop.sql', codes: ['M007'], text: 'empty' },
    ]);
    const refused = await run('staging');
    expect(refused).toMatchObject({
      code: 6,
      json: { error: { code: 'CONFIRMATION_MISSING', message: expect.stringContaining('--confirm "empty"') } },
    });
    expect((await srdeploy(['run', project.plan, '--confirm', 'staging', '--yes'], { cwd: project.folder })).code).toBe(
      6,
    );
    expect((await run('empty')).code).toBe(6);
    expect(rowsIn(join(project.folder, 'data.db'), "SELECT name FROM pragma_table_info('a')")).toHaveLength(2);
    expect((await run('staging', 'empty')).code).toBe(0);
  });

  it('needs it in a process of its own too', async () => {
    await withAppliedFirst(production);
    const words = ['run', project.plan, '--detach', '--confirm', 'staging'];
    const refused = await srdeployJson(words, { cwd: project.folder });
    expect(refused).toMatchObject({ code: 6, json: { error: { code: 'CONFIRMATION_MISSING' } } });
  });

  it('needs none where a comment or the deploy config accepts the finding, or the table is new', async () => {
    await withAppliedFirst(production, {
      'm/V2__drop.sql': 'DELETE FROM a; -- srdeploy: allow M007 it is empty\n',
    });
    expect((await run('staging')).code).toBe(0);
    await project.remove();
    project = await testProject(planDocument({ steps: [first, second] }), files, production);
    expect((await run('staging')).code).toBe(0);
  });

  it('needs it again for a resume, for what is pending by then', async () => {
    await withAppliedFirst(production, { 'm/V2__drop.sql': 'DELETE FROM a;\nINSERT INTO missing VALUES (1);\n' });
    expect((await run('staging', 'empty')).code).toBe(8);
    const resume = (...words: readonly string[]) =>
      srdeployJson(['resume', 'latest', '--confirm', 'staging', ...words], { cwd: project.folder });
    expect(await resume()).toMatchObject({ code: 6, json: { error: { needs: [{ type: 'confirm-danger' }] } } });
    await project.write('m/V2__drop.sql', 'DELETE FROM a;\n');
    expect(await resume('--yes')).toMatchObject({ code: 6, json: { error: { needs: [{ type: 'confirm-danger' }] } } });
    expect((await resume('--yes', '--confirm', 'empty')).code).toBe(0);
  });

  it('asks for another text where the step is called as the target is', async () => {
    const same = migration('staging', 'm/V2__drop.sql', { rollback: 'none' });
    await withAppliedFirst(production);
    await project.write(project.plan, JSON.stringify(planDocument({ steps: [first, same] })));
    expect((await run('staging')).code).toBe(6);
    expect((await run('staging', 'step staging')).code).toBe(0);
  });
});
