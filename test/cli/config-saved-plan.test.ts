import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject } from '../support/config-project.ts';

let project: ConfigProject;
const config = (text: string) => ({ groups: [{ name: 'site', deploy_command: text }] });
beforeEach(async () => {
  project = await configProject(config('touch shown'));
  expect((await project.tell(['plan', '--target', 'dev', '--out', 'plan.json'])).code).toBe(0);
});
afterEach(() => project.remove());

const nothingRan = () => expect(project.read('shown')).rejects.toThrow('ENOENT');

interface SavedFile {
  readonly plan: { readonly operations: readonly { readonly name: string }[]; readonly base: object };
}
const saved = async () => JSON.parse(await project.read('plan.json')) as SavedFile;

describe('a saved plan', () => {
  it('is what runs, and nothing once the config was edited, until that is taken back', async () => {
    const before = await project.read('deploy-config.json');
    await project.write('deploy-config.json', before.replace('touch shown', 'touch other'));
    const edited = await project.tell(['apply', 'plan.json']);
    expect([edited.code, edited.stderr]).toEqual([4, expect.stringContaining('PLAN_CHANGED')]);
    await expect(project.read('other')).rejects.toThrow('ENOENT');
    await project.write('deploy-config.json', `\ufeff// Only a comment.\r\n${before}`);
    expect((await project.tell(['apply', 'plan.json'])).code).toBe(0);
    await project.read('shown');
  });

  it.each([
    ['another command', ({ plan }: SavedFile) => ({ ...plan, operations: [{ ...plan.operations[0], command: 'x' }] })],
    ['an operation less', ({ plan }: SavedFile) => ({ ...plan, operations: [] })],
    ['something that is no operation', ({ plan }: SavedFile) => ({ ...plan, operations: [null] })],
    ['another target', ({ plan }: SavedFile) => ({ ...plan, target: { id: 'production', name: 'x' } })],
    ['another digest', ({ plan }: SavedFile) => ({ ...plan, digest: '0'.repeat(64) })],
    ['parts of another type', ({ plan }: SavedFile) => ({ ...plan, continuesAfter: 7, idle: 'x' })],
  ])('that was changed is refused: %s', async (_what, change) => {
    await project.write('plan.json', JSON.stringify({ v: 1, plan: change(await saved()) }));
    const { code, stderr } = await project.tell(['apply', 'plan.json']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('SAVED_PLAN_CHANGED')]);
    await nothingRan();
  });

  it.each(['', '{', 'null', '[]', '{}', '{"v":2}', '{"v":1,"plan":{"v":1}}'])(
    'is not what holds no plan: %j',
    async (text) => {
      await project.write('plan.json', text);
      const { code, stderr } = await project.tell(['apply', 'plan.json']);
      expect([code, stderr]).toEqual([7, expect.stringContaining('SAVED_PLAN_INVALID')]);
    },
  );

  it('is no folder and no file that is not there: both are bad input', async () => {
    await mkdir(join(project.folder, 'folder'));
    for (const name of ['folder', 'nowhere.json']) {
      const { code, stderr } = await project.tell(['apply', name]);
      expect([code, stderr]).toEqual([7, expect.stringContaining('FILE_UNREADABLE')]);
    }
  });
});
