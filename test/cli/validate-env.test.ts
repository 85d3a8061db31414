import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { srdeploy, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
beforeEach(async () => {
  project = await testProject(
    '{}',
    {},
    {
      targets: { dev: { kind: 'development' } },
      groups: [
        { name: 'a', deploy_command: 'touch ran', required_env_vars: ['ONE', 'API_TOKEN'] },
        { name: 'b', deploy_command: 'true' },
      ],
      environment: { API_TOKEN: { secret: true } },
    },
  );
});
afterEach(() => project.remove());

const run = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  srdeploy(['run', '--target', 'dev', ...words], { cwd: project.folder, env });
const hasRun = () => existsSync(join(project.folder, 'ran'));

describe('srdeploy run --validate-env', () => {
  it('names every variable that is missing with the command that sets it, in a dry run too, and runs nothing', async () => {
    for (const words of [['--validate-env'], ['--validate-env', '--dry-run']]) {
      const { code, stderr } = await run(words);
      expect([code, stderr]).toEqual([7, expect.stringContaining('srdeploy env set ONE --target dev\n')]);
      expect(stderr).toContain('srdeploy env set API_TOKEN --target dev --secret\n');
    }
    expect((await run(['--dry-run'])).code).toBe(0);
    expect(hasRun()).toBe(false);
  });

  it('asks for what the chosen groups need alone, and deploys where nothing is missing', async () => {
    expect((await run(['--validate-env', '--group', 'b'])).code).toBe(0);
    expect((await run(['--validate-env'], { ONE: '1', API_TOKEN: 'tok-1234' })).code).toBe(0);
    expect(hasRun()).toBe(true);
  });

  it('does not go together with what says the opposite, or with many targets', async () => {
    expect(await run(['--validate-env', '--skip-validation'])).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('leave one of them out'),
    });
    const fleet = await srdeploy(['run', '--targets', 'dev', '--validate-env'], { cwd: project.folder });
    expect(fleet).toMatchObject({ code: 7, stderr: expect.stringContaining('srdeploy env list --target') });
    expect(hasRun()).toBe(false);
  });
});
