import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const pausing = () =>
  testProject(
    planDocument({
      steps: [
        migration('s1', 'm/V1__a.sql'),
        { id: 'wait', name: 'Wait', type: 'pause', message: 'Look.' },
        migration('s2', 'm/V2__b.sql'),
      ],
    }),
    { 'm/V1__a.sql': 'CREATE TABLE a (x integer);', 'm/V2__b.sql': 'CREATE TABLE b (x integer);' },
  );

describe('two at once', () => {
  it('lets one run on a target go first; the other names the holder, waits, and then finds nothing to do', async () => {
    project = await pausing();
    const cwd = project.folder;
    const first = startSrdeploy(['run', project.plan], { cwd });
    await first.printed('Continue with:');
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
    const second = startSrdeploy(['run', project.plan, '--auto-continue'], { cwd });
    await second.printed('Waiting for the target');
    expect(second.output()).toContain(`${hostname()} (process ${first.child.pid}) with run ${json.run.id}`);
    const status = await srdeployJson<{ holder: string; lock: { run: string } }>(['lock', 'status', 'staging'], {
      cwd,
    });
    expect(status.json).toMatchObject({ holder: 'alive', lock: { run: json.run.id } });

    expect((await srdeploy(['continue', json.run.id], { cwd })).code).toBe(0);
    expect((await first.ended).code).toBe(0);
    const ended = await second.ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('nothing to do');
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT path FROM srdeploy_migrations ORDER BY path')).toHaveLength(2);
  });

  it('lets one of two resumes go on and refuses the other, which finds a run that is no longer what it saw', async () => {
    project = await pausing();
    const cwd = project.folder;
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer, x integer);');
    expect((await srdeploy(['run', project.plan, '--auto-continue'], { cwd })).code).toBe(8);
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer);');
    const resumes = await Promise.all(
      [1, 2].map(() => srdeploy(['resume', 'latest', '--yes', '--auto-continue'], { cwd })),
    );
    expect(resumes.map(({ code }) => code).sort()).toEqual([0, 7]);
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
    expect(json.run).toMatchObject({ status: 'succeeded', attempt: 2 });
  });

  it('stops a run whose lock was forced open, and lets neither it nor its plan write any more', async () => {
    project = await pausing();
    const cwd = project.folder;
    const first = startSrdeploy(['run', project.plan], { cwd });
    await first.printed('Continue with:');
    const { json } = await srdeployJson<{ lock: { id: string } }>(['lock', 'status', 'staging'], { cwd });
    const lock = json.lock.id;
    expect((await srdeploy(['lock', 'force-unlock', 'staging', '--lock', lock], { cwd })).code).toBe(6);
    expect(
      (await srdeploy(['lock', 'force-unlock', 'staging', '--lock', 'other', '--confirm', 'other'], { cwd })).code,
    ).toBe(7);
    expect((await srdeploy(['lock', 'force-unlock', 'staging', '--lock', lock, '--confirm', lock], { cwd })).code).toBe(
      0,
    );
    await srdeploy(['continue', 'latest'], { cwd });
    const ended = await first.ended;
    expect(ended.code).toBe(10);
    expect(ended.stdout + ended.stderr).toContain('forced open');
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT path FROM srdeploy_migrations')).toEqual([{ path: 'm/V1__a.sql' }]);
    const resumed = await srdeployJson(['resume', 'latest', '--auto-continue'], { cwd });
    expect(resumed).toMatchObject({ code: 4, json: { error: { code: 'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK' } } });
    // Also where another process would have made the attempt, which has nobody to tell it to.
    expect(await srdeployJson(['resume', 'latest', '--auto-continue', '--detach'], { cwd })).toMatchObject(resumed);
    expect((await srdeploy(['run', project.plan, '--auto-continue'], { cwd })).code).toBe(0);
  });

  it('does not force a lock open by the weaker rule while the config cannot be read, and knows production by the run that holds it', async () => {
    const plan = planDocument({
      target_env: { id: 'live', name: 'Production', backend: 'sqlite', connection_ref: 'db' },
      steps: [{ id: 'wait', name: 'Wait', type: 'pause', message: 'Look.' }],
    });
    project = await testProject(plan, {});
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan, '--confirm', 'live'], { cwd });
    await run.printed('Continue with:');
    const { json } = await srdeployJson<{ lock: { id: string } }>(['lock', 'status', 'live'], { cwd });
    const force = ['lock', 'force-unlock', 'live', '--lock', json.lock.id, '--confirm', json.lock.id];
    expect(await srdeployJson(force, { cwd })).toMatchObject({
      code: 6,
      json: { error: { message: expect.stringContaining('force-unlock live') } },
    });
    const config = await project.read('deploy-config.json');
    await project.write('deploy-config.json', '{ "conections": {} }');
    expect((await srdeploy(force, { cwd })).code).toBe(7);
    await project.write('deploy-config.json', config);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(9);
  });
});
