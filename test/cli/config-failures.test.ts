import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, statusesOf } from '../support/config-project.ts';

let project: ConfigProject;
afterEach(() => project.remove());

describe('a migration that a command applies', () => {
  it('is not passed when it fails, whatever was asked for, and is applied by the next run', async () => {
    project = await configProject(
      {
        groups: [
          {
            name: 'a',
            file_patterns: ['m/*.sql'],
            deploy_command: 'grep -q good {file} && cat {file} >> applied',
            continue_on_failure: true,
          },
          { name: 'b', deploy_command: 'touch b' },
        ],
      },
      { 'm/V1__a.sql': 'bad\n', 'm/V2__b.sql': 'good two\n' },
    );
    const failed = await project.run('--continue-on-failure');
    expect([failed.code, statusesOf(failed.json)]).toEqual([8, { 'a:deploy:m/V1__a.sql': 'failed' }]);
    await expect(project.read('b')).rejects.toThrow('ENOENT');
    await project.write('m/V1__a.sql', 'good one\n');
    const mended = await project.run();
    expect(mended.code).toBe(0);
    expect(await project.read('applied')).toBe('good one\ngood two\n');
  });
});
