import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject } from '../support/config-project.ts';

let project: ConfigProject;
afterEach(() => project.remove());

const table = 'CREATE TABLE a (x integer PRIMARY KEY);';

describe('two steps that would have one id', () => {
  it.each([
    [
      'a database and a group of one name, with the same file',
      {
        databases: { m: { migrations: { path: 'm', strategy: 'pre_deploy' } } },
        groups: [{ name: 'm', file_patterns: ['m/*.sql'] }],
      },
      'm:m/V1__a.sql',
    ],
    [
      'a group whose name is another one’s with the beginning of its step',
      {
        groups: [
          { name: 'a', file_patterns: ['m/*.sql'], deploy_command: 'true {file}' },
          { name: 'a:deploy', file_patterns: ['m/*.sql'] },
        ],
      },
      'a:deploy:m/V1__a.sql',
    ],
  ])('are refused with what to rename: %s', async (_case, config, id) => {
    project = await configProject(config, { 'm/V1__a.sql': table });
    const found = await project.refusal();
    expect(found).toEqual([['DUPLICATE_STEP', expect.stringContaining(`"${id}"`)]]);
    expect((await project.tell(['run', '--target', 'dev'])).code).toBe(7);
  });

  it('are none where names and files differ', async () => {
    const config = {
      databases: { m: { migrations: { path: 'd', strategy: 'pre_deploy' } } },
      groups: [{ name: 'm', file_patterns: ['m/*.sql'] }, { name: 'health_check' }],
    };
    const groups = config.groups.map((group) => ({ ...group, pre_deploy: ['true'] }));
    project = await configProject({ ...config, groups }, { 'm/V1__a.sql': table, 'd/V1__a.sql': 'SELECT 1;' });
    expect(await project.refusal()).toEqual([]);
  });
});

describe('a group whose name looks like something else', () => {
  it.each(['--dry-run', '-h', '__proto__', 'constructor', ' x ', 'a\nb', '$(touch inj)', '日本'])(
    'is chosen and run by it: %j',
    async (name) => {
      project = await configProject({
        groups: [
          { name, deploy_command: 'touch chosen' },
          { name: 'other', deploy_command: 'touch other' },
        ],
      });
      const { code, json } = await project.run('--group', name);
      expect([code, json.run.operations.map(({ id }) => id)]).toEqual([0, [`${name}:deploy`]]);
      await project.read('chosen');
      await expect(project.read('other')).rejects.toThrow('ENOENT');
      await expect(project.read('inj')).rejects.toThrow('ENOENT');
    },
  );
});
