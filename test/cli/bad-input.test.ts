import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FindingView } from '../../protocol/index.ts';
import { exampleScripts, exampleText, mistakes } from '../fixtures/plans/mistakes.ts';
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

const scripts = Object.fromEntries(exampleScripts.map((path) => [path, 'SELECT 1;']));
const config = { ...sqliteConfig, connections: { conn_staging: { backend: 'sqlite', file: 'data.db' } } };

interface Validated {
  readonly files: readonly { readonly file: string; readonly findings: readonly FindingView[] }[];
}

/** No run, no database, no backup came into being. */
async function expectNothingRan() {
  expect(existsSync(join(project.folder, 'data.db'))).toBe(false);
  expect((await srdeployJson<{ runs: unknown[] }>(['runs', 'list'], { cwd: project.folder })).json.runs).toEqual([]);
}

describe('bad input', () => {
  it('finds nothing wrong with the example of the specification', async () => {
    project = await testProject(exampleText, scripts, config);
    const { code, json } = await srdeployJson<Validated>(['validate', project.plan], { cwd: project.folder });
    expect({ code, json }).toEqual({ code: 0, json: { v: 1, files: [{ file: project.plan, findings: [] }] } });
  });

  it.each(mistakes.map((mistake) => [mistake.name, mistake] as const))(
    '%s: one clear finding with its place, and nothing runs',
    async (_name, mistake) => {
      project = await testProject(mistake.text, scripts, config);
      const cwd = project.folder;
      const { code, json } = await srdeployJson<Validated>(['validate', project.plan], { cwd });
      const [finding, ...others] = json.files[0]?.findings ?? [];
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        code: mistake.code,
        message: mistake.message,
        range: {
          start: { line: mistake.line, column: mistake.column },
          end: { line: mistake.endLine, column: mistake.endColumn },
        },
      });
      if (finding?.severity !== 'error') return;
      expect(code).toBe(7);
      const refused = await srdeployJson<{ error: { code: string; problems: FindingView[] } }>(
        ['run', project.plan, '--yes'],
        { cwd },
      );
      expect(refused.code).toBe(7);
      expect(refused.json.error.problems).toContainEqual(finding);
      await expectNothingRan();
    },
  );

  it('refuses a backup that would go outside the project, with its place, before anything runs', async () => {
    const steps = [migration('s1', 'm/V1__a.sql'), { id: 'b', name: 'B', type: 'backup', target: '../elsewhere/x.db' }];
    project = await testProject(planDocument({ steps }), { 'm/V1__a.sql': 'CREATE TABLE a (x integer);' });
    const refused = await srdeployJson<{ error: { problems: FindingView[] } }>(['run', project.plan], {
      cwd: project.folder,
    });
    expect(refused).toMatchObject({
      code: 7,
      json: {
        error: { problems: [{ code: 'P016', file: project.plan, range: { start: { line: expect.any(Number) } } }] },
      },
    });
    await expectNothingRan();
  });

  it('says all missing scripts at once, with their places, before anything runs', async () => {
    const steps = [1, 2, 3].map((n) => migration(`s${n}`, `m/V${n}__x.sql`, { rollback: `m/R${n}__x.sql` }));
    project = await testProject(planDocument({ steps }), {});
    const refused = await srdeploy(['run', project.plan], { cwd: project.folder });
    expect(refused.code).toBe(7);
    for (const n of [1, 2, 3]) for (const kind of ['V', 'R']) expect(refused.stderr).toContain(`m/${kind}${n}__x.sql`);
    expect(refused.stderr).toMatch(/deployments\/plan\.srdeploy:\d+:\d+: error P002/);
    await expectNothingRan();
  });

  it.each([
    ['an open quote', "CREATE TABLE a (x text DEFAULT 'oops);", 'SQL_UNTERMINATED', 1],
    ['a transaction of its own', 'CREATE TABLE a (x integer);\nCOMMIT;', 'OWN_TRANSACTION', 2],
    ['a client command', 'CREATE TABLE a (x integer);\n.mode csv\n', 'SQL_CLIENT_COMMAND', 2],
  ])('refuses a script with %s before anything runs, with the line', async (_what, sql, code, line) => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), { 'm/V1__a.sql': sql });
    const refused = await srdeployJson<{ error: { problems: FindingView[] } }>(['run', project.plan], {
      cwd: project.folder,
    });
    expect(refused.code).toBe(7);
    expect(refused.json.error.problems).toMatchObject([{ code, file: 'm/V1__a.sql', range: { start: { line } } }]);
    await expectNothingRan();
  });

  it('refuses a script that a symbolic link takes from outside the project', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'srdeploy-outside-'));
    project = await testProject(planDocument({ steps: [migration('s1', 'linked/V1__a.sql')] }), {});
    await symlink(outside, join(project.folder, 'linked'));
    await writeFile(join(outside, 'V1__a.sql'), 'CREATE TABLE a (x integer);');
    const refused = await srdeployJson<{ error: { problems: FindingView[] } }>(['run', project.plan], {
      cwd: project.folder,
    });
    expect(refused).toMatchObject({ code: 7, json: { error: { problems: [{ code: 'P016' }] } } });
    await rm(outside, { recursive: true });
  });

  it.each([
    ['an unknown target', 'UNKNOWN_TARGET', ['--target', 'nowhere'], 'Known targets: staging'],
    ['a target that cannot be one', 'BAD_TARGET', ['--target', 'No Such'], 'cannot be the id'],
  ])('refuses %s with the code %s and says what there is', async (_what, code, words, text) => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), {
      'm/V1__a.sql': 'SELECT 1;',
    });
    const refused = await srdeploy(['run', project.plan, ...words], { cwd: project.folder });
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain(text);
    expect(refused.stderr).toContain(code);
    await expectNothingRan();
  });

  it('refuses an unknown connection at its place, and a password written in clear', async () => {
    const plan = planDocument({
      target_env: { id: 'staging', name: 'S', backend: 'sqlite', connection_ref: 'nope' },
      steps: [migration('s1', 'm/V1__a.sql')],
    });
    project = await testProject(plan, { 'm/V1__a.sql': 'SELECT 1;' });
    const refused = await srdeployJson<{ error: { problems: FindingView[] } }>(['plan', project.plan], {
      cwd: project.folder,
    });
    expect(refused).toMatchObject({
      code: 7,
      json: {
        error: { problems: [{ code: 'UNKNOWN_CONNECTION', file: project.plan, range: { start: { line: 9 } } }] },
      },
    });
    await project.write(
      'deploy-config.json',
      JSON.stringify({
        connections: { nope: { backend: 'postgresql', host: 'h', database: 'd', password: 'hunter2hunter2' } },
      }),
    );
    const clear = await srdeploy(['validate'], { cwd: project.folder });
    expect(clear.code).toBe(7);
    expect(clear.stdout).toContain('${env:');
    expect(clear.stdout).not.toContain('hunter2hunter2');
  });

  it('says all missing environment variables at once, with how to set them', async () => {
    const connection = {
      backend: 'postgresql',
      host: '127.0.0.1',
      database: 'd',
      username: '${env:NO_USER_HERE}',
      password: '${secret:NO_PASSWORD_HERE}',
    };
    const plan = planDocument({
      target_env: { id: 'staging', name: 'S', backend: 'postgresql', connection_ref: 'db' },
      steps: [migration('s1', 'm/V1__a.sql')],
    });
    project = await testProject(plan, { 'm/V1__a.sql': 'SELECT 1;' }, { connections: { db: connection } });
    const refused = await srdeploy(['run', project.plan], { cwd: project.folder });
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain('export NO_USER_HERE=');
    expect(refused.stderr).toContain('srdeploy env set NO_USER_HERE --target staging, or');
    expect(refused.stderr).toContain('srdeploy env set NO_PASSWORD_HERE --target staging --secret, in the editor');
    expect(refused.stderr).toContain('export SRDEPLOY_SECRET_NO_PASSWORD_HERE=');
  });

  it.each([
    [['frobnicate'], 7],
    [['run'], 7],
    [['runs', 'show', 'nothing'], 7],
    [['runs', 'list', '--limit', 'many'], 7],
    [['run', 'missing.srdeploy'], 7],
    [['--help'], 0],
    [['run', '--help'], 0],
    [['runs', 'logs', '--help'], 0],
    [['migration', 'status', '--help'], 0],
    [['lock', 'force-unlock', '--help'], 0],
    [['--version'], 0],
  ])('ends "%j" with exit %i', async (words, code) => {
    project = await testProject(planDocument({}), {});
    const ended = await srdeploy(words, { cwd: project.folder });
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).not.toMatch(/\bat .*\.js:\d+/);
    if (code !== 0) {
      const { json } = await srdeployJson<{ v: number; error: { code: string } }>(words, { cwd: project.folder });
      expect(json).toMatchObject({ v: 1, error: { code: expect.any(String), message: expect.any(String) } });
    }
  });
});
