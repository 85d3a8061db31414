import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, statusesOf } from '../support/config-project.ts';

let project: ConfigProject;
afterEach(() => project.remove());

const isThere = (path: string) =>
  project.read(path).then(
    () => true,
    () => false,
  );

describe('variables of a command', () => {
  it('are its environment: no name is a part of another, and no value is text of the shell', async () => {
    const values = { DB: 'a', DB_URL: `b "c" 'd' $(touch inj) \`touch inj\` $DB \\ *\nnext`, D: '-e' };
    project = await configProject({
      groups: [
        {
          name: 'a',
          deploy_command: 'printf "%s|%s|%s" "$DB" "$DB_URL" "$D" > told; tr "\\0" " " < /proc/$$/cmdline > words',
          required_env_vars: ['DB', 'DB_URL', 'D'],
        },
      ],
    });
    const { code, stdout } = await project.tell(['run', '--target', 'dev'], values);
    expect(code, stdout).toBe(0);
    expect(await project.read('told')).toBe(`${values.DB}|${values.DB_URL}|${values.D}`);
    expect(await project.read('words')).not.toContain('touch inj');
    expect(await isThere('inj')).toBe(false);
  });

  it('may come from the process, a file of the target or the config, and one that is empty is missing', async () => {
    const wants = { required_env_vars: ['ONE', 'TWO', 'THREE', 'FOUR'] };
    project = await configProject(
      {
        environment: { THREE: { default: 'of the config' } },
        groups: [{ name: 'a', deploy_command: 'echo "$ONE, $TWO, $THREE, $FOUR" > told', ...wants }],
      },
      { '.env.dev': '\ufeffexport TWO="of the \\"file\\""\r\nFOUR=\r\nONE=of the file\r\n' },
    );
    const missing = await project.tell(['run', '--target', 'dev'], { ONE: 'of the process' });
    expect([missing.code, missing.stderr]).toEqual([7, expect.stringContaining('srdeploy env set FOUR --target dev')]);
    expect(missing.stderr).not.toMatch(/env set (?:ONE|TWO|THREE)/);
    expect((await project.tell(['run', '--target', 'dev'], { ONE: 'of the process', FOUR: '4' })).code).toBe(0);
    expect(await project.read('told')).toBe('of the process, of the "file", of the config, 4\n');
  });
});

describe('a dry run', () => {
  it('warns of variables without a value, and refuses where it is asked to look at them', async () => {
    const group = { name: 'a', deploy_command: 'touch ran', required_env_vars: ['ONE'] };
    project = await configProject({ groups: [group] });
    const dry = ['run', '--target', 'dev', '--dry-run'];
    const warned = await project.tell(dry);
    expect([warned.code, warned.stdout]).toEqual([0, expect.stringContaining('warning MISSING_VARIABLE')]);
    const refused = await project.tell([...dry, '--validate-env']);
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('srdeploy env set ONE --target dev')]);
    expect((await project.tell([...dry, '--validate-env'], { ONE: '1' })).code).toBe(0);
    expect(await isThere('ran')).toBe(false);
  });
});

describe('what a group says of time and tries', () => {
  it('holds for hooks, builds and commands alike', async () => {
    const thirdTime = (name: string) => `echo x >> ${name}; [ $(wc -l < ${name}) -ge 3 ]`;
    project = await configProject({
      groups: [
        {
          name: 'a',
          retry: { max: 2, backoff_sec: 0 },
          pre_deploy: [thirdTime('hook')],
          build_command: thirdTime('build'),
          deploy_command: thirdTime('deploy'),
        },
      ],
    });
    const { code, json } = await project.run();
    expect([code, json.run.operations.map(({ attempts }) => attempts)]).toEqual([0, [3, 3, 3]]);
  });

  it.each([
    ['timeout_sec', { deploy_command: 'sleep 600' }, 'a:deploy'],
    ['hook_timeout_sec', { pre_deploy: ['sleep 600'], deploy_command: 'true' }, 'a:pre_deploy:1'],
  ])('ends it at its time limit: %s', async (key, commands, id) => {
    project = await configProject({ groups: [{ name: 'a', [key]: 1, ...commands }] });
    const { code, json } = await project.run();
    expect([code, statusesOf(json)]).toEqual([8, { [id]: 'failed' }]);
    expect(json.run.operations.find((one) => one.id === id)?.error?.code).toBe('TIMEOUT');
  });
});

describe('a deploy.sh', () => {
  const script = async (text: string, config: object = {}) => {
    project = await configProject(config, { 'deploy.sh': `#!/bin/sh\necho x >> ran\n${text}\n` });
    await chmod(join(project.folder, 'deploy.sh'), 0o755);
  };

  it('is not run by a dry run, nor for a target that nobody knows', async () => {
    await script('true');
    expect((await project.tell(['run', '--target', 'dev', '--dry-run'])).code).toBe(0);
    const unknown = await project.tell(['run', '--target', 'production']);
    expect([unknown.code, unknown.stderr]).toEqual([7, expect.stringContaining('UNKNOWN_TARGET')]);
    expect(await isThere('ran')).toBe(false);
  });

  it('that fails is the end of it, and nothing else is deployed in its place', async () => {
    await script('exit 3');
    const { code, json } = await project.run('--continue-on-failure');
    expect([code, statusesOf(json)]).toEqual([8, { 'deploy.sh': 'failed' }]);
    expect(await project.read('ran')).toBe('x\n');
  });

  it('takes nobody’s place where there are groups, also where they fail', async () => {
    await script('true', { groups: [{ name: 'a', deploy_command: 'exit 3' }] });
    expect((await project.run('--continue-on-failure')).code).toBe(8);
    expect(await isThere('ran')).toBe(false);
  });
});
