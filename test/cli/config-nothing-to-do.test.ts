import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, statusesOf } from '../support/config-project.ts';
import { type RunAnswer, srdeployJson } from '../support/srdeploy.ts';

let project: ConfigProject;
afterEach(() => project.remove());

const idle = {
  name: 'pages',
  file_patterns: ['pages/*.html'],
  pre_deploy: ['touch hook'],
  deploy_command: 'touch ran',
};
const runAnd = <T>(...words: string[]) =>
  srdeployJson<T & RunAnswer>(['run', '--target', 'dev', ...words], { cwd: project.folder });

describe('a group with nothing to do', () => {
  it('is told by the run, in text and in JSON, and is none of what succeeded', async () => {
    project = await configProject({ groups: [idle, { name: 'site', deploy_command: 'true' }] });
    const { code, stdout } = await project.tell(['run', '--target', 'dev']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Group pages: nothing to do, no file matches')]);
    const { json } = await runAnd<{ idle: string[] }>();
    expect([json.idle, statusesOf(json)]).toEqual([['pages'], { 'site:deploy': 'succeeded' }]);
    await expect(project.read('hook')).rejects.toThrow('ENOENT');
  });

  it('needs no run where there is no other, and that is said', async () => {
    project = await configProject({ groups: [idle, { ...idle, name: 'more' }] });
    const { code, stdout } = await project.tell(['run', '--target', 'dev']);
    expect([code, stdout]).toEqual([
      0,
      'Nothing to do on dev: no file matches the patterns of these groups: pages, more.\n',
    ]);
    expect(await runAnd()).toEqual({ code: 0, json: { v: 1, run: null, target: 'dev', idle: ['pages', 'more'] } });
    const { json } = await srdeployJson<{ runs: object[] }>(['runs', 'list'], { cwd: project.folder });
    expect(json.runs).toEqual([]);
  });
});

describe('a section that this version does not act on', () => {
  it('is no secret of the plan', async () => {
    project = await configProject({ infra: { path: 'infra' }, groups: [{ name: 'site', deploy_command: 'true' }] });
    const { code, stdout } = await project.tell(['plan', '--target', 'dev']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('warning INFRA_NOT_RUN "infra" is checked and not')]);
  });
});
