import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, errorsOf, statusesOf } from '../support/config-project.ts';
import { killAtLine } from '../support/kill-run.ts';
import { srdeployJson, startSrdeploy } from '../support/srdeploy.ts';

let project: ConfigProject;
afterEach(() => project.remove());

/** A project whose migrations are applied by a command that appends them to `applied`. */
const applying = (files: Readonly<Record<string, string>>) =>
  configProject(
    { groups: [{ name: 'a', file_patterns: ['m/*.sql'], deploy_command: 'cat {file} >> applied' }] },
    files,
  );

describe('a migration that a command applies', () => {
  it('is not passed when it fails, whatever was asked for, and a resume goes on with the mended script', async () => {
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
    const mended = await project.tell(['resume', 'latest', '--yes']);
    expect([mended.code, mended.stdout]).toEqual([0, expect.stringContaining('-bad\n+good one\n')]);
    expect(await project.read('applied')).toBe('good one\ngood two\n');
  });

  it('is not applied again where its file was renamed, and its row is moved', async () => {
    project = await applying({ 'm/V1__a.sql': 'one\n', 'm/V2__b.sql': 'two\n' });
    expect((await project.run()).code).toBe(0);
    await rename(join(project.folder, 'm/V2__b.sql'), join(project.folder, 'm/V2__better.sql'));
    expect((await project.tell(['plan', '--target', 'dev'])).stdout).toContain('renamed (applied as m/V2__b.sql)');
    const { code, json } = await project.run();
    expect([code, statusesOf(json)]).toEqual([
      0,
      { 'a:deploy:m/V1__a.sql': 'nothing-to-do', 'a:deploy:m/V2__better.sql': 'nothing-to-do' },
    ]);
    expect(await project.read('applied')).toBe('one\ntwo\n');
    const cwd = project.folder;
    const words = ['migration', 'history', '--target', 'dev'];
    const history = await srdeployJson<{ entries: { file: string }[] }>(words, { cwd });
    expect(history.json.entries.map(({ file }) => file).sort()).toEqual(['m/V1__a.sql', 'm/V2__better.sql']);
    expect(statusesOf((await project.run()).json)).toEqual(statusesOf(json));
  }, 60_000);

  it('is refused where two files could be the one that was renamed, until its old name is back', async () => {
    project = await applying({ 'm/V1__a.sql': 'one\n' });
    expect((await project.run()).code).toBe(0);
    await rename(join(project.folder, 'm/V1__a.sql'), join(project.folder, 'm/V1__x.sql'));
    await project.write('m/V2__y.sql', 'one\n');
    const { code, json } = await project.run();
    expect([code, errorsOf(json)]).toEqual([7, Array(2).fill('MIGRATION_RENAME_UNCLEAR')]);
    expect(await project.read('applied')).toBe('one\n');
    await rename(join(project.folder, 'm/V1__x.sql'), join(project.folder, 'm/V1__a.sql'));
    expect((await project.run()).code).toBe(0);
    expect(await project.read('applied')).toBe('one\none\n');
  }, 60_000);

  it('is applied again when it is repeatable and was changed', async () => {
    project = await applying({ 'm/R__views.sql': 'one\n' });
    expect((await project.run()).code).toBe(0);
    expect(statusesOf((await project.run()).json)).toEqual({ 'a:deploy:m/R__views.sql': 'nothing-to-do' });
    await project.write('m/R__views.sql', 'two\n');
    expect((await project.run()).code).toBe(0);
    expect(await project.read('applied')).toBe('one\ntwo\n');
  });

  it('stands as applied where its runner was killed and a person says that it was', async () => {
    project = await configProject(
      { groups: [{ name: 'a', file_patterns: ['m/*.sql'], deploy_command: 'cat {file} >> applied; sleep 600' }] },
      { 'm/V1__a.sql': 'one\n' },
    );
    const cwd = project.folder;
    const started = startSrdeploy(['run', '--target', 'dev'], { cwd });
    // A runner that is killed just before its command has begun would leave one behind that nobody knows yet.
    await expect.poll(() => existsSync(join(cwd, 'applied')), { timeout: 20_000 }).toBe(true);
    expect(await killAtLine(started, cwd, 1)).toBe(true);
    const asked = await project.tell(['resume', 'latest']);
    expect([asked.code, asked.stdout]).toEqual([10, expect.stringContaining('COMMAND_UNSETTLED')]);
    const settle = ['--settle', 'a:deploy:m/V1__a.sql=done', '--reason', 'I looked'];
    expect((await project.tell(['resume', 'latest', ...settle])).code).toBe(0);
    expect(statusesOf((await project.run()).json)).toEqual({ 'a:deploy:m/V1__a.sql': 'nothing-to-do' });
  }, 60_000);
});
