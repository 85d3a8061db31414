import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { srdeploy } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import { PATIENCE_MS } from '../support/vscode-window.ts';
import { notification } from '../support/vscode-workbench.ts';
import { clean, runIs } from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

/** Runs that the command line starts while a window has the project open, whose deploy config has a `vscode` channel. */
describe('a window of a project that wants to be told', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: async (page, workspace) => {
      await clean(page, workspace);
      const config = {
        project: 'told',
        connections: { local: { backend: 'sqlite', file: 'data/local.db' } },
        targets: { local: { name: 'This machine', connection_ref: 'local' } },
        groups: [{ name: 'site', order: 1, deploy_command: 'test -e good' }],
        notifications: [{ type: 'vscode', on: ['failed', 'succeeded'] }],
      };
      await writeFile(join(workspace, 'deploy-config.json'), JSON.stringify(config, undefined, 2));
    },
  });
  stopAtFirstFailure();
  const run = (...words: readonly string[]) => srdeploy(words, { cwd: current().workspace });

  it('says that a run from the command line failed, and opens it', async () => {
    const { page, workspace } = current();
    // The window watches the runs of the project by itself: what it watches is a folder that it makes.
    await expect.poll(() => existsSync(join(workspace, '.srdeploy/runs')), { timeout: PATIENCE_MS }).toBe(true);
    expect((await run('run', '--target', 'local')).code).toBe(8);
    const told = notification(page, /deployment to local failed/);
    await told.waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'notification.png') });
    await told.getByRole('button', { name: 'Open Run' }).click();
    await runIs(page, 'Failed');
  });

  it('says that the next one succeeded, once', async () => {
    const { page, workspace } = current();
    await writeFile(join(workspace, 'good'), '');
    expect((await run('run', '--target', 'local')).code).toBe(0);
    await notification(page, /succeeded/).waitFor();
    expect(await page.locator('.notifications-toasts .notification-list-item', { hasText: 'succeeded' }).count()).toBe(
      1,
    );
  });
});
