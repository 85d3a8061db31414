import { afterEach, describe, expect, it } from 'vitest';
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

const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);' };
const plan = planDocument({ approval_required: true, steps: [migration('a', 'm/V1__a.sql')] });
const configWith = (target: object) => ({
  ...sqliteConfig,
  targets: { staging: { name: 'Staging', connection_ref: 'db', ...target } },
});
const as = (name: string) => ({ cwd: project.folder, env: { SRDEPLOY_USER: name } });

interface ListAnswer {
  readonly approvals: {
    readonly needed: number;
    readonly have: number;
    readonly earlier: number;
    readonly given: readonly { readonly by: string; readonly counts: boolean; readonly why?: string }[];
  };
}
const list = async (name: string) =>
  (await srdeployJson<ListAnswer>(['approve', project.plan, '--list'], as(name))).json;

describe('approvals', () => {
  it('of two people let a third run the plan, and are listed with what counts and why not', async () => {
    project = await testProject(plan, files, configWith({ min_approvals: 2, self_approval: false }));
    for (const name of ['kim', 'ann', 'kim'])
      expect((await srdeploy(['approve', project.plan, '--comment', `by ${name}`], as(name))).code).toBe(0);
    const { approvals } = await list('ann');
    expect(approvals).toMatchObject({ needed: 2, have: 1, earlier: 0 });
    expect(approvals.given.map(({ counts }) => counts)).toEqual([true, false, false]);
    expect(approvals.given[1]?.why).toContain('may not approve it');
    expect(approvals.given[2]?.why).toContain('already');
    expect((await srdeploy(['run', project.plan], as('ann'))).code).toBe(6);
    expect((await srdeploy(['run', project.plan], as('lou'))).code).toBe(0);
    const shown = await srdeploy(['approve', 'latest', '--list'], as('kim'));
    expect(shown.stdout).toMatch(/needs 2 approvals and has 2, if lou@/);
  });

  it('are void once the plan changes, and the plan says how many there were', async () => {
    project = await testProject(plan, files, configWith({ min_approvals: 2 }));
    for (const name of ['kim', 'lou']) await srdeploy(['approve', project.plan], as(name));
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x integer, y integer);');
    const { json } = await srdeployJson<{ findings: readonly { code: string; message: string }[] }>(
      ['plan', project.plan],
      as('ann'),
    );
    const voided = json.findings.find(({ code }) => code === 'APPROVALS_VOIDED');
    expect(voided?.message).toMatch(/^2 approvals were for an earlier version of this plan/);
    expect((await list('ann')).approvals).toMatchObject({ have: 0, earlier: 2 });
    expect((await srdeploy(['run', project.plan], as('ann'))).code).toBe(6);
  });

  it.each([0, -1, 1.5])('asked for in the number %d are an error of the config, never an open door', async (number) => {
    project = await testProject(plan, files, configWith({ min_approvals: number }));
    const ran = await srdeployJson<{ error: { problems: readonly { file: string }[] } }>(
      ['run', project.plan],
      as('ann'),
    );
    expect(ran.code).toBe(7);
    expect(ran.json.error.problems.some(({ file }) => file === 'deploy-config.json')).toBe(true);
  });
});
