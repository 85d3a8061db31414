import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  type RunAnswer,
  shopProject,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const mend = async () =>
  project.write('migrations/V0003__add_order_totals.sql', await project.read('mended/V0003__add_order_totals.sql'));

describe('the main job on SQLite', () => {
  it('validates, plans without a trace in the target, fails at the broken step, resumes after mending, and remembers both attempts', async () => {
    project = await shopProject();
    const cwd = project.folder;

    expect((await srdeployJson(['validate'], { cwd })).json).toMatchObject({
      v: 1,
      files: [{ findings: [] }, { findings: [] }],
    });

    const planned = await srdeployJson<{
      plan: { operations: { id: string; dependsOn: string[] }[]; digest: string; target: string };
    }>(['plan', project.plan], { cwd });
    expect(planned.code).toBe(0);
    expect(planned.json.plan.target).toBe('staging');
    expect(planned.json.plan.operations.map(({ id }) => id)).toEqual([
      'check_connection',
      'check_disk',
      'backup',
      'customers',
      'orders',
      'totals',
      'no_orphans',
      'sign_off',
      'check_migrations',
      'check_objects',
    ]);
    expect(planned.json.plan.operations.map(({ dependsOn }) => dependsOn.length)).toEqual([
      0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ]);
    expect((await srdeploy(['plan', project.plan, '--detailed-exitcode'], { cwd })).code).toBe(2);
    expect(() => readFileSync(join(cwd, 'data/staging.db'))).toThrow('ENOENT');

    const failed = await srdeployJson<RunAnswer>(['run', project.plan, '--auto-continue'], { cwd });
    expect(failed.code).toBe(8);
    expect(failed.json.run).toMatchObject({ status: 'failed', attempt: 1, target: 'staging', resumeFrom: 'totals' });
    expect(failed.json.run.operations.find(({ id }) => id === 'totals')).toMatchObject({
      status: 'failed',
      error: {
        code: 'SQL_ERROR',
        file: 'migrations/V0003__add_order_totals.sql',
        line: 4,
        column: 1,
        statement: expect.stringContaining('price_in_cents'),
      },
    });
    expect(failed.json.run.operations.find(({ id }) => id === 'no_orphans')).toMatchObject({
      status: 'pending',
      attempts: 0,
    });
    const id = failed.json.run.id;

    await mend();
    expect((await srdeploy(['resume', id], { cwd })).code).toBe(6);
    const resumed = await srdeployJson<RunAnswer>(['resume', id, '--yes', '--auto-continue'], { cwd });
    expect(resumed.code).toBe(0);
    expect(resumed.json.run).toMatchObject({ id, status: 'succeeded', attempt: 2 });
    const attempts = Object.fromEntries(
      resumed.json.run.operations.map((operation) => [operation.id, operation.attempts]),
    );
    expect(attempts).toMatchObject({
      check_connection: 2,
      check_disk: 2,
      backup: 1,
      customers: 1,
      orders: 1,
      totals: 2,
      no_orphans: 1,
    });

    const { json } = await srdeployJson<{ runs: { id: string; attempts: unknown[] }[] }>(['runs', 'list'], { cwd });
    expect(json.runs).toHaveLength(1);
    expect(json.runs[0]?.attempts).toHaveLength(2);
    const status = await srdeployJson<{ target: string; migrations: { state: string; version: string }[] }>(
      ['migration', 'status', project.plan],
      { cwd },
    );
    expect(status.json.migrations.map(({ version, state }) => [version, state])).toEqual([
      ['0001', 'applied'],
      ['0002', 'applied'],
      ['0003', 'applied'],
    ]);
    const history = await srdeployJson<{ entries: { status: string }[] }>(
      ['migration', 'history', '--target', 'staging'],
      { cwd },
    );
    expect(history.json.entries.map((entry) => entry.status)).toEqual(['success', 'success', 'success']);
    expect(rowsIn(join(cwd, 'data/staging.db'), 'SELECT total_cents FROM orders ORDER BY id')).toEqual([
      { total_cents: 8980 },
      { total_cents: 1200 },
    ]);
    expect(
      rowsIn(join(cwd, `backups/${id}/shop.db`), "SELECT count(*) AS n FROM sqlite_master WHERE name = 'customers'"),
    ).toEqual([{ n: 0 }]);
  });

  it('waits at a pause, shows as waiting to others, and goes on when a second process continues it', async () => {
    project = await shopProject();
    await mend();
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan], { cwd });
    await run.printed('Continue with: srdeploy continue');
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
    expect(json.run.status).toBe('waiting');
    expect(json.run.operations.find(({ id }) => id === 'sign_off')).toMatchObject({
      status: 'waiting',
      waiting: { reason: 'pause' },
    });
    const continued = await srdeployJson<RunAnswer>(['continue', 'latest'], { cwd });
    expect(continued.code).toBe(0);
    expect((await run.ended).code).toBe(0);
    const again = await srdeployJson<RunAnswer>(['continue', 'latest'], { cwd });
    expect(again).toMatchObject({ code: 7, json: { error: { code: 'NOT_WAITING' } } });
  });

  it('cancels at a pause from another process, and from Ctrl-C, and says how to resume', async () => {
    project = await shopProject();
    await mend();
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan], { cwd });
    await run.printed('Continue with:');
    const cancelled = await srdeployJson<RunAnswer>(['cancel', 'latest'], { cwd });
    expect(cancelled.json.run.status).toBe('cancelled');
    const ended = await run.ended;
    expect(ended.code).toBe(9);
    expect(ended.stdout).toContain(`srdeploy resume ${cancelled.json.run.id}`);

    const second = startSrdeploy(['resume', 'latest'], { cwd });
    await second.printed('Continue with:');
    second.child.kill('SIGINT');
    const interrupted = await second.ended;
    expect(interrupted.code).toBe(9);
    expect(interrupted.stdout).toContain('Resume with: srdeploy resume');
    expect((await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd })).json.run).toMatchObject({
      status: 'cancelled',
      attempt: 2,
    });
    expect((await srdeploy(['resume', 'latest', '--auto-continue'], { cwd })).code).toBe(0);
  });

  it('has nothing to do when everything is applied, and says so for each migration', async () => {
    project = await shopProject();
    await mend();
    const cwd = project.folder;
    expect((await srdeploy(['run', project.plan, '--auto-continue'], { cwd })).code).toBe(0);
    const again = await srdeployJson<RunAnswer>(['run', project.plan, '--auto-continue'], { cwd });
    expect(again.json.run.status).toBe('succeeded');
    const migrations = again.json.run.operations.filter(({ type }) => type === 'migration');
    expect(migrations.map(({ status }) => status)).toEqual(['nothing-to-do', 'nothing-to-do', 'nothing-to-do']);
  });

  it('runs nothing in a dry run', async () => {
    project = await shopProject();
    const cwd = project.folder;
    const dry = await srdeployJson<{ dryRun: boolean }>(['run', project.plan, '--dry-run'], { cwd });
    expect(dry).toMatchObject({ code: 0, json: { v: 1, dryRun: true } });
    expect(() => readFileSync(join(cwd, 'data/staging.db'))).toThrow('ENOENT');
    expect((await srdeployJson<{ runs: unknown[] }>(['runs', 'list'], { cwd })).json.runs).toEqual([]);
  });

  it('runs detached, prints the id, and can be followed', async () => {
    project = await shopProject();
    await mend();
    const cwd = project.folder;
    const { code, json } = await srdeployJson<{ run: { id: string } }>(
      ['run', project.plan, '--detach', '--auto-continue'],
      { cwd },
    );
    expect(code).toBe(0);
    const followed = await srdeploy(['runs', 'logs', json.run.id, '--follow'], { cwd });
    expect(followed.stdout).toContain('Run succeeded');
    expect(followed.code).toBe(0);
  });
});
