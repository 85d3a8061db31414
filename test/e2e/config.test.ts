import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import { chooseFromMenu, menuOf, openView, quickInput, treeRow, webview } from '../support/vscode-workbench.ts';
import { clean, runIs } from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

/** A deploy config with groups, from the Explorer: each test goes on where the one before ended. */
describe('a deploy config in the editor', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: async (page, workspace) => {
      await clean(page, workspace);
      await mkdir(join(workspace, 'functions/welcome'), { recursive: true });
      await mkdir(join(workspace, 'db'));
      await writeFile(join(workspace, 'db/V1__parts.sql'), 'CREATE TABLE parts (id integer PRIMARY KEY);\n');
      await writeFile(join(workspace, 'functions/welcome/index.ts'), 'export {};\n');
      const config = {
        project: 'parts',
        connections: { local: { backend: 'sqlite', file: 'data/local.db' } },
        targets: {
          local: { name: 'This machine', connection_ref: 'local' },
          live: { name: 'Live', kind: 'production', connection_ref: 'local' },
        },
        groups: [
          { name: 'tables', order: 1, file_patterns: ['db/*.sql'], pre_deploy: ['echo ready'] },
          { name: 'site', order: 2, build_command: 'echo built', test_command: 'echo tested' },
          {
            name: 'functions',
            order: 2,
            file_patterns: ['functions/{function_name}/index.ts'],
            deploy_command: 'echo deployed {function_name}',
          },
          { name: 'services', order: 3, file_patterns: ['*.service'], deploy_command: 'echo {service_name}' },
        ],
      };
      await writeFile(join(workspace, 'deploy-config.json'), JSON.stringify(config, undefined, 2));
    },
  });
  stopAtFirstFailure();
  const config = () => treeRow(current().page, /^deploy-config\.json/);
  const chooseTarget = async (name: string) => {
    const row = quickInput(current().page).locator('.quick-input-list-row', { hasText: name });
    await row.waitFor();
    await row.click();
  };

  /** They are chosen already, all of them. */
  const takeAllGroups = async () => {
    await quickInput(current().page).getByText('4 Selected').waitFor();
    await current().page.keyboard.press('Enter');
  };

  it('offers Plan and Run', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    expect(await menuOf(page, config())).toEqual(expect.arrayContaining(['Plan Deployment', 'Run Deployment']));
  });

  it('shows the plan of the target that is chosen, group by group, and what there is nothing to do in', async () => {
    const { page } = current();
    await chooseFromMenu(page, config(), 'Plan Deployment');
    await quickInput(page).locator('.quick-input-list-row', { hasText: 'PROD · Live' }).waitFor();
    await chooseTarget('This machine');
    await takeAllGroups();
    const panel = webview(page);
    for (const group of ['Group tables', 'Group site', 'Group functions', 'Group services'])
      await panel.getByRole('heading', { name: group }).waitFor();
    await panel.getByText('Nothing to do: no file matches its patterns.').waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'config-plan.png') });
  });

  it('runs it', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    await chooseFromMenu(page, config(), 'Run Deployment');
    await chooseTarget('This machine');
    await takeAllGroups();
    await runIs(page, 'succeeded');
    if (pictures) await page.screenshot({ path: join(pictures, 'config-run.png') });
  });

  it('shows the run by groups, each under a heading that says its state and closes by keyboard', async () => {
    const panel = webview(current().page);
    const heading = panel.getByRole('button', { name: /^(Group )?tables,/ });
    expect(await heading.getAttribute('aria-expanded')).toBe('true');
    expect(((await heading.textContent()) ?? '').replaceAll(/\s+/g, ' ')).toMatch(/tables.*Succeeded.*2 of 2/i);
    const list = panel.locator(`[id="${await heading.getAttribute('aria-controls')}"]`);
    expect(await list.locator('li').count()).toBe(2);
    await heading.focus();
    await current().page.keyboard.press('Enter');
    await list.waitFor({ state: 'hidden' });
    expect(await heading.getAttribute('aria-expanded')).toBe('false');
    await current().page.keyboard.press('Enter');
    await list.waitFor();
  });
});
