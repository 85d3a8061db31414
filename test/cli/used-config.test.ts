import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsIn } from '../support/sqlite-file.ts';
import { type RunAnswer, srdeploy, srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const token = 'tk-91f0c2-and-more';
const config = {
  project: 'shop',
  environment: { TOKEN: { secret: true } },
  targets: { dev: { kind: 'development', type: 'database', provider: 'supabase', host: 'db.example.org' } },
  groups: [{ name: 'site', deploy_command: 'true', required_env_vars: ['TOKEN'] }],
};

async function configured(more: object = {}): Promise<void> {
  project = await testProject('{}', {}, { ...config, ...more });
}
const options = () => ({ cwd: project.folder, env: { TOKEN: token } });
const run = () => srdeployJson<RunAnswer>(['run', '--target', 'dev'], options());
const shown = (id: string) => srdeploy(['runs', 'show', id, '--config'], options());
const history = (sql: string) => rowsIn(join(project.folder, '.srdeploy/history.sqlite'), sql);
const kept = () => readdir(join(project.folder, '.srdeploy/configs'));
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the deploy config that a run used', () => {
  it('is kept once for each text of it, and each run shows its own', async () => {
    await configured();
    const before = await project.read('deploy-config.json');
    const [first, second] = [await run(), await run()];
    expect(await kept()).toEqual([`${digestOf(before)}.json`]);
    await project.write('deploy-config.json', `// Changed.\n${before}`);
    const third = await run();
    expect(first.json.run.attempts[0]?.config).toEqual({ file: 'deploy-config.json', digest: digestOf(before) });
    expect((await shown(second.json.run.id)).stdout).toBe(`${before}\n`);
    expect((await shown(third.json.run.id)).stdout).toBe(`// Changed.\n${before}\n`);
    expect((await kept()).length).toBe(2);
    expect((await srdeploy(['runs', 'show', 'latest'], options())).stdout).toContain('Config   deploy-config.json (');
  });

  it('stands in the history with its targets, and does again when the history was lost', async () => {
    await configured();
    await run();
    const text = await project.read('deploy-config.json');
    await project.write('deploy-config.json', text.replace('supabase', 'aws'));
    await run();
    const told = () => ({
      projects: history('SELECT name, deployment_config FROM projects'),
      configs: history('SELECT digest FROM deployment_configs ORDER BY digest'),
      targets: history('SELECT target_name, target_type, provider, host, region FROM deployment_targets'),
      attempts: history('SELECT config_digest FROM attempts ORDER BY started_at'),
    });
    const digests = [digestOf(text), digestOf(text.replace('supabase', 'aws'))];
    const expected = {
      projects: [{ name: 'shop', deployment_config: text.replace('supabase', 'aws') }],
      configs: digests.map((digest) => ({ digest })).sort((a, b) => (a.digest < b.digest ? -1 : 1)),
      targets: [{ target_name: 'dev', target_type: 'database', provider: 'aws', host: 'db.example.org', region: null }],
      attempts: digests.map((config_digest) => ({ config_digest })),
    };
    expect(told()).toEqual(expected);
    await rm(join(project.folder, '.srdeploy/history.sqlite'));
    await project.write('deploy-config.json', text);
    expect((await run()).code).toBe(0);
    expect(told()).toMatchObject({
      configs: expected.configs,
      projects: [{ deployment_config: text }],
      targets: [{ provider: 'supabase' }],
    });
  });

  it('is kept without secrets that stand in it', async () => {
    await configured({ groups: [{ name: 'site', deploy_command: `echo ${token}`, required_env_vars: ['TOKEN'] }] });
    const { json } = await run();
    const { stdout } = await shown(json.run.id);
    expect(stdout).toContain('echo ***');
    const [name = ''] = await kept();
    expect(await project.read(join('.srdeploy/configs', name))).not.toContain(token);
    expect(name).toBe(`${digestOf(stdout.slice(0, -1))}.json`);
  });

  it('is missed by its name where the project has none, and where it is gone', async () => {
    await configured();
    const { json } = await run();
    await rm(join(project.folder, '.srdeploy/configs'), { recursive: true });
    expect(await shown(json.run.id)).toMatchObject({ code: 10, stderr: expect.stringContaining('CONFIG_LOST') });
    await rm(join(project.folder, 'deploy-config.json'));
    await project.write('deploy.sh', '#!/bin/sh\n');
    expect((await srdeploy(['run', '--target', 'dev'], options())).stderr).toBe('');
    expect(await shown('latest')).toMatchObject({ code: 7, stderr: expect.stringContaining('NO_CONFIG_KEPT') });
  });
});
