import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, errorsOf, statusesOf } from '../support/config-project.ts';
import { killAtLine, onlyRun } from '../support/kill-run.ts';
import { srdeployJson, startSrdeploy } from '../support/srdeploy.ts';

let project: ConfigProject;
afterEach(() => project.remove());

const step = 'a:deploy:m/V1__a.sql';
const group = (command: string, more: object = {}) => ({
  name: 'a',
  file_patterns: ['m/*.sql'],
  deploy_command: command,
  ...more,
});

/** A project in which a runner was killed while its command applied a migration; the run that broke off. */
async function brokenOff(files: Readonly<Record<string, string>> = { 'm/V1__a.sql': 'one\n' }): Promise<string> {
  project = await configProject({ groups: [group('cat {file} >> applied; touch begun; sleep 600')] }, files);
  const started = startSrdeploy(['run', '--target', 'dev'], { cwd: project.folder });
  await expect.poll(() => existsSync(join(project.folder, 'begun')), { timeout: 20_000 }).toBe(true);
  const run = onlyRun(project.folder);
  expect(await killAtLine(started, project.folder, 1)).toBe(true);
  return run;
}

/** The config as it is after somebody has mended it. */
const mend = async (groups: readonly object[]) =>
  project.write(
    'deploy-config.json',
    JSON.stringify({ ...JSON.parse(await project.read('deploy-config.json')), groups }),
  );

describe('a migration in whose command a runner was killed', () => {
  it('is applied by no new run before somebody says what became of it; the plan tells where it stands', async () => {
    const run = await brokenOff();
    const plan = await project.tell(['plan', '--target', 'dev']);
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining(`run ${run} broke off in it`)]);
    expect(plan.stdout).toContain('warning COMMAND_UNSETTLED');
    const refused = await project.run();
    expect([refused.code, refused.json.error?.code]).toEqual([10, 'COMMAND_UNSETTLED']);
    expect(refused.json.error?.message).toContain(`srdeploy resume ${run} --settle ${step}=done|not-done`);
    expect(refused.json.error?.message).toContain(`srdeploy run --target dev --settle ${step}=done|not-done`);
    expect(await project.read('applied')).toBe('one\n');
    expect(onlyRun(project.folder)).toBe(run);
  }, 60_000);

  it('is left alone by a new run of a changed config that is told that it is applied', async () => {
    await brokenOff();
    await mend([group('cat {file} >> applied')]);
    expect((await project.tell(['resume', 'latest'])).code).toBe(4);
    const { code, json } = await project.run('--settle', `${step}=done`, '--reason', 'I looked');
    expect([code, statusesOf(json)]).toEqual([0, { [step]: 'succeeded' }]);
    expect(await project.read('applied')).toBe('one\n');
    expect(await project.run()).toMatchObject({ code: 0 });
    const audit = await project.read('.srdeploy/audit.jsonl');
    expect(audit).toContain('"action":"step.settled"');
    expect(audit).toContain('I looked');
  }, 60_000);

  it('is applied again by a new run that is told that it is not, and by the next where that one failed', async () => {
    await brokenOff();
    await mend([group('cat {file} >> applied; test -e mended')]);
    const failed = await project.run('--settle', `${step}=not-done`, '--reason', 'nothing of it is there');
    expect([failed.code, statusesOf(failed.json)]).toEqual([8, { [step]: 'failed' }]);
    await project.write('mended', '');
    const { code, json } = await project.run();
    expect([code, statusesOf(json)]).toEqual([0, { [step]: 'succeeded' }]);
    expect(await project.read('applied')).toBe('one\none\none\n');
  }, 60_000);

  it('is asked for by a saved plan too', async () => {
    const run = await brokenOff();
    const cwd = project.folder;
    expect((await project.tell(['plan', '--target', 'dev', '--out', 'saved.json'])).code).toBe(0);
    const applied = await srdeployJson<{ error: { code: string } }>(['apply', 'saved.json'], { cwd });
    expect([applied.code, applied.json.error.code]).toEqual([10, 'COMMAND_UNSETTLED']);
    expect(onlyRun(cwd)).toBe(run);
  }, 60_000);

  it('is applied again without a question where it is repeatable', async () => {
    await brokenOff({ 'm/R__views.sql': 'views\n' });
    await mend([group('cat {file} >> applied')]);
    expect(await project.run()).toMatchObject({ code: 0 });
    expect(await project.read('applied')).toBe('views\nviews\n');
  }, 60_000);

  it('has no words taken for a step in which no run broke off, without a reason, or in another form', async () => {
    await brokenOff();
    const words = async (...settle: string[]) => {
      const { code, json } = await project.run(...settle);
      return [code, json.error?.code, json.error?.message];
    };
    expect(await words('--settle', 'b=done', '--reason', 'x')).toEqual([
      7,
      'SETTLE_REFUSED',
      expect.stringContaining(`Those that one did: ${step}.`),
    ]);
    expect(await words('--settle', `${step}=done`)).toEqual([7, 'SETTLE_REFUSED', expect.stringContaining('reason')]);
    expect(await words('--settle', `${step}=perhaps`)).toEqual([7, 'USAGE', expect.stringContaining('"not-done"')]);
    expect(await words('--reason', 'x')).toEqual([7, 'USAGE', expect.stringContaining('--reason goes with --settle')]);
  }, 60_000);
});

describe('a migration of a command that was changed after it was applied', () => {
  it('is refused before anything runs, and in no plan that is saved', async () => {
    project = await configProject(
      { groups: [{ name: 'first', deploy_command: 'touch ran' }, group('cat {file} >> applied', { order: 2 })] },
      { 'm/V1__a.sql': 'one\n', 'm/V2__b.sql': 'two\n' },
    );
    expect(await project.run()).toMatchObject({ code: 0 });
    const cwd = project.folder;
    await rm(join(cwd, 'ran'));
    await project.write('m/V1__a.sql', 'changed\n');
    await project.write('m/V3__c.sql', 'three\n');
    const refused = await project.run();
    expect([refused.code, errorsOf(refused.json)]).toEqual([7, ['MIGRATION_CHANGED']]);
    expect((await project.tell(['migration', 'status', '--target', 'dev'])).code).toBe(0);
    const saved = await project.tell(['plan', '--target', 'dev', '--out', 'saved.json']);
    expect(saved.code).toBe(7);
    expect(existsSync(join(cwd, 'saved.json'))).toBe(false);
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
    expect(await project.read('applied')).toBe('one\ntwo\n');
  }, 60_000);
});

describe('a run', () => {
  it('tells what its plan warns of', async () => {
    project = await configProject({ groups: [group('DB_PASSWORD=hunter22 cat {file}')] }, { 'm/V1__a.sql': 'one\n' });
    const ran = await project.tell(['run', '--target', 'dev']);
    const plan = await project.tell(['plan', '--target', 'dev']);
    const warnings = plan.stdout.split('\n').filter((line) => line.includes('warning'));
    for (const line of warnings) expect(ran.stderr).toContain(line);
    expect(warnings.length).toBeGreaterThan(0);
  });
});
