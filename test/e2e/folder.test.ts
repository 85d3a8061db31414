import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import {
  chooseFromMenu,
  menuOf,
  notification,
  openView,
  quickInput,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';
import { clean, runIs } from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

/** Migrations without a plan document, from the Explorer: each test goes on where the one before ended. */
describe('a folder of migrations in the editor', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: async (page, workspace) => {
      await clean(page, workspace);
      await rm(join(workspace, 'migrations'), { recursive: true });
      await mkdir(join(workspace, 'migrations'));
      await writeFile(join(workspace, 'migrations/V1__parts.sql'), 'CREATE TABLE parts (id integer PRIMARY KEY);\n');
      const config = {
        project: 'parts',
        connections: {
          local: { backend: 'sqlite', file: 'data/local.db' },
          live: { backend: 'sqlite', file: 'data/live.db' },
        },
        targets: {
          local: { name: 'This machine', connection_ref: 'local' },
          live: { name: 'Live', kind: 'production', connection_ref: 'live' },
        },
      };
      await writeFile(join(workspace, 'deploy-config.json'), JSON.stringify(config, undefined, 2));
    },
  });
  stopAtFirstFailure();
  const folder = () => treeRow(current().page, /^migrations/);
  const chooseTarget = async (name: string) => {
    const { page } = current();
    const row = quickInput(page).locator('.quick-input-list-row', { hasText: name });
    await row.waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, `folder-targets-${name}.png`) });
    await row.click();
  };

  it('offers Plan and Run on the folder, and not on any other', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    expect(await menuOf(page, folder())).toEqual(expect.arrayContaining(['Plan Deployment', 'Run Deployment']));
    const others = await menuOf(page, treeRow(page, /^deployments/));
    expect(others.filter((entry) => entry.includes('Deployment'))).toEqual([]);
  });

  it('plans it for the target that is chosen, production marked', async () => {
    const { page } = current();
    await chooseFromMenu(page, folder(), 'Plan Deployment');
    await quickInput(page).locator('.quick-input-list-row', { hasText: 'PROD · Live' }).waitFor();
    await chooseTarget('This machine');
    await webview(page).getByText('V1__parts').first().waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'folder-plan.png') });
    await openView(page, 'Deployments');
    await webview(page).getByRole('button', { name: 'migrations', exact: true }).click();
    await folder().waitFor();
  });

  it('runs it on the target', async () => {
    const { page } = current();
    await chooseFromMenu(page, folder(), 'Run Deployment');
    await chooseTarget('This machine');
    await runIs(page, 'succeeded');
    if (pictures) await page.screenshot({ path: join(pictures, 'folder-run.png') });
  });

  it('says at once that there is nothing to do', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    await chooseFromMenu(page, folder(), 'Run Deployment');
    await chooseTarget('This machine');
    await notification(page, 'Nothing to do on local: 1 migration is applied.').waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'folder-nothing.png') });
  });
});
