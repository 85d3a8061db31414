import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endlessStatement, longStatementStarted } from '../support/kill-run.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);' };
const steps = [migration('s1', 'm/V1__a.sql')];
const configWith = (target: object) => ({
  ...sqliteConfig,
  targets: { staging: { name: 'Staging', connection_ref: 'db', ...target } },
});
const nothingRan = async () => {
  const { json } = await srdeployJson<{ runs: unknown[] }>(['runs', 'list'], { cwd: project.folder });
  expect(json.runs).toEqual([]);
};

describe('gates before a run', () => {
  it('needs an approval of exactly this plan where the plan asks for it, and creates no run without', async () => {
    project = await testProject(planDocument({ approval_required: true, steps }), files);
    const cwd = project.folder;
    expect(await srdeployJson(['run', project.plan], { cwd })).toMatchObject({
      code: 6,
      json: { error: { code: 'CONFIRMATION_MISSING', message: expect.stringContaining('srdeploy approve') } },
    });
    await nothingRan();
    expect((await srdeploy(['approve', project.plan, '--comment', 'read it'], { cwd })).code).toBe(0);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x integer, y integer);');
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(6);
    await nothingRan();
    expect((await srdeploy(['run', project.plan, '--approve', 'I looked at it'], { cwd })).code).toBe(0);
    const log = await srdeploy(['runs', 'logs', 'latest', '--json'], { cwd });
    expect(log.stdout).toContain('"approval.recorded"');
  });

  it('does not count the approval of the person who runs where the target forbids it', async () => {
    project = await testProject(
      planDocument({ approval_required: true, steps }),
      files,
      configWith({ self_approval: false, min_approvals: 2 }),
    );
    const cwd = project.folder;
    const asked = await srdeployJson<{ error: { message: string } }>(['run', project.plan, '--approve', 'mine'], {
      cwd,
    });
    expect(asked).toMatchObject({
      code: 6,
      json: { error: { message: expect.stringContaining('needs 2 approvals and has 0') } },
    });
    for (const name of ['kim', 'lou']) {
      expect((await srdeploy(['approve', project.plan], { cwd, env: { SRDEPLOY_USER: name } })).code).toBe(0);
    }
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(0);
  });

  it.each([
    ['its kind', planDocument({ steps }), configWith({ kind: 'production' }), 'staging'],
    [
      'an id that begins with prod',
      planDocument({ steps, target_env: { id: 'prod-eu', name: 'Europe', backend: 'sqlite', connection_ref: 'db' } }),
      sqliteConfig,
      'prod-eu',
    ],
    [
      'a name that begins with Prod',
      planDocument({ steps, target_env: { id: 'live', name: 'Production', backend: 'sqlite', connection_ref: 'db' } }),
      sqliteConfig,
      'live',
    ],
  ])('needs the id typed on production, known by %s; --yes never suffices', async (_how, plan, config, id) => {
    project = await testProject(plan, files, config);
    const cwd = project.folder;
    const refused = await srdeployJson<{ error: { message: string } }>(['run', project.plan, '--yes'], { cwd });
    expect(refused).toMatchObject({
      code: 6,
      json: { error: { message: expect.stringContaining(`--confirm "${id}"`) } },
    });
    expect((await srdeploy(['run', project.plan, '--confirm', 'prod'], { cwd })).code).toBe(6);
    await nothingRan();
    expect((await srdeploy(['run', project.plan, '--confirm', id], { cwd })).code).toBe(0);
  });
});

describe('resume', () => {
  it('refuses with exit 4 when anything but the script of an unfinished step differs', async () => {
    const broken = [...steps, migration('s2', 'm/V2__b.sql', { timeout_sec: 5 })];
    project = await testProject(planDocument({ steps: broken }), { ...files, 'm/V2__b.sql': 'CREATE TABLE b (' });
    const cwd = project.folder;
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(8);

    const differing: [string, () => Promise<void>, () => Promise<void>, string][] = [
      [
        'a timeout',
        () =>
          project.write(
            project.plan,
            JSON.stringify(planDocument({ steps: [...steps, migration('s2', 'm/V2__b.sql', { timeout_sec: 6 })] })),
          ),
        () => project.write(project.plan, JSON.stringify(planDocument({ steps: broken }))),
        'operation "s2"',
      ],
      [
        'an applied script',
        () => project.write('m/V1__a.sql', 'CREATE TABLE a (z integer);'),
        () => project.write('m/V1__a.sql', files['m/V1__a.sql']),
        'already been applied',
      ],
      [
        'the connection',
        () =>
          project.write(
            'deploy-config.json',
            JSON.stringify({ ...sqliteConfig, connections: { db: { backend: 'sqlite', file: 'other.db' } } }),
          ),
        () => project.write('deploy-config.json', JSON.stringify(sqliteConfig)),
        'the connection',
      ],
    ];
    for (const [what, change, undo, word] of differing) {
      await change();
      const refused = await srdeployJson(['resume', 'latest', '--yes'], { cwd });
      expect(refused, what).toMatchObject({
        code: 4,
        json: { error: { code: 'PLAN_CHANGED', message: expect.stringContaining(word) } },
      });
      await undo();
    }
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer);');
    expect((await srdeploy(['resume', 'latest', '--yes'], { cwd })).code).toBe(0);
    expect(await srdeployJson(['resume', 'latest'], { cwd })).toMatchObject({
      code: 7,
      json: { error: { code: 'NOT_RESUMABLE' } },
    });
  });

  it('shows what was mended where nobody can be asked, and with --yes before it goes on', async () => {
    project = await testProject(planDocument({ steps }), { 'm/V1__a.sql': 'CREATE TABLE a (' });
    const cwd = project.folder;
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(8);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x integer); -- \u001b[2Jmended');
    const shown = '-CREATE TABLE a (\n\\ No newline at end of file\n+CREATE TABLE a (x integer);';
    const refused = await srdeploy(['resume', 'latest'], { cwd });
    expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining(shown) });
    expect(await srdeployJson(['resume', 'latest'], { cwd })).toMatchObject({
      code: 6,
      json: {
        error: {
          differences: [{ script: 'm/V1__a.sql', unified: expect.stringContaining('@@ -1,1 +1,1 @@\n-CREATE') }],
        },
      },
    });
    await project.write('m/V1__a.sql', files['m/V1__a.sql']);
    const resumed = await srdeploy(['resume', 'latest', '--yes'], { cwd });
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining(shown) });
  });

  it('asks for the approval again when a script was amended', async () => {
    project = await testProject(planDocument({ approval_required: true, steps }), {
      'm/V1__a.sql': 'CREATE TABLE a (',
    });
    const cwd = project.folder;
    expect((await srdeploy(['run', project.plan, '--approve', 'first'], { cwd })).code).toBe(8);
    await project.write('m/V1__a.sql', files['m/V1__a.sql']);
    const refused = await srdeployJson<{ error: { message: string } }>(['resume', 'latest', '--yes'], { cwd });
    expect(refused).toMatchObject({
      code: 6,
      json: { error: { message: expect.stringContaining('needs 1 approval and has 0') } },
    });
    expect((await srdeploy(['resume', 'latest', '--yes', '--approve', 'again'], { cwd })).code).toBe(0);
  });

  it('leaves out a failed step when a person says why, and never a check or a step that has not failed', async () => {
    const three = [...steps, migration('s2', 'm/V2__b.sql'), migration('s3', 'm/V3__c.sql')];
    project = await testProject(planDocument({ steps: three }), {
      ...files,
      'm/V2__b.sql': 'CREATE TABLE b (',
      'm/V3__c.sql': 'CREATE TABLE c (x integer);',
    });
    const cwd = project.folder;
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(8);
    for (const [words, text] of [
      [['--skip', 's2'], 'needs a reason'],
      [['--skip', 's1', '--reason', 'x'], 'has not failed'],
      [['--skip', 'check_connection', '--reason', 'x'], 'never skipped'],
      [['--skip', 'nothing', '--reason', 'x'], 'It may skip: s2'],
    ] as const) {
      const refused = await srdeployJson(['resume', 'latest', ...words], { cwd });
      expect(refused).toMatchObject({
        code: 7,
        json: { error: { code: 'SKIP_REFUSED', message: expect.stringContaining(text) } },
      });
    }
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--skip', 's2', '--reason', 'made by hand'], {
      cwd,
    });
    expect(resumed).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(resumed.json.run.operations.find(({ id }) => id === 's2')).toMatchObject({
      status: 'skipped',
      detail: expect.stringContaining('made by hand'),
    });
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT path FROM srdeploy_migrations ORDER BY path')).toEqual([
      { path: 'm/V1__a.sql' },
      { path: 'm/V3__c.sql' },
    ]);
  });

  it('stops at a failed pre-check, changes nothing, and repeats it on resume', async () => {
    project = await testProject(
      planDocument({ pre_checks: [{ id: 'disk', type: 'disk_space', min_gb: 1e9 }], steps }),
      files,
    );
    const cwd = project.folder;
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], { cwd });
    expect(failed).toMatchObject({
      code: 8,
      json: { run: { status: 'failed', resumeFrom: 'disk', error: { code: 'CHECK_FAILED' } } },
    });
    expect(failed.json.run.operations.map(({ status }) => status)).toEqual(['failed', 'pending']);
  });
});

describe('retry and timeout', () => {
  it('tries a failed step again as often as the plan says, with growing delays, and counts the tries', async () => {
    project = await testProject(
      planDocument({ steps: [migration('s1', 'm/V1__a.sql', { retry: { max: 2, backoff_sec: 0.2 } })] }),
      { 'm/V1__a.sql': 'SELECT * FROM nowhere;' },
    );
    const cwd = project.folder;
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], { cwd });
    expect(failed.code).toBe(8);
    expect(failed.json.run.operations[1]).toMatchObject({ status: 'failed', attempts: 3 });
    const { json } = await srdeployJson<{ events: { type: string; waiting?: { delaySec: number } }[] }>(
      ['runs', 'logs', 'latest'],
      { cwd },
    );
    expect(
      json.events.filter(({ type }) => type === 'operation.waiting').map(({ waiting }) => waiting?.delaySec),
    ).toEqual([0.2, 0.4]);
  });

  it('ends a statement that takes too long, rolls the migration back, and says so', async () => {
    const endless = 'INSERT INTO a WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;';
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql', { timeout_sec: 1 })] }), {
      'm/V1__a.sql': `CREATE TABLE a (x integer);\n\n${endless}`,
    });
    const cwd = project.folder;
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], { cwd });
    expect(failed.code).toBe(8);
    expect(failed.json.run.operations[1]?.error).toMatchObject({
      code: 'TIMEOUT',
      file: 'm/V1__a.sql',
      line: 3,
      column: 1,
      message: expect.stringContaining('1 s'),
    });
    expect(rowsIn(join(cwd, 'data.db'), "SELECT name FROM sqlite_master WHERE name = 'a'")).toEqual([]);
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT path FROM srdeploy_migrations')).toEqual([]);
  });

  it('cancels a statement that goes on for ever, and rolls it back', async () => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), {
      'm/V1__a.sql': `CREATE TABLE n (x);\n${endlessStatement}`,
    });
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan], { cwd });
    await longStatementStarted(run, cwd);
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(9);
    expect(ended.stdout).toContain('rolled back');
    expect(rowsIn(join(cwd, 'data.db'), "SELECT name FROM sqlite_master WHERE name = 'n'")).toEqual([]);
  });
});
