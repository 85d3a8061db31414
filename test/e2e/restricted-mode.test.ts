import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import { editor, openFile, placeCursor, problems, saveFile } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { menuOf, openView, quickInput, runCommand, statusBarItem, treeRow } from '../support/vscode-workbench.ts';
import { clean, releaseName, releasePlan, runners } from './support/deployments.ts';

describe('Restricted Mode', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    trust: 'ask',
    prepare: clean,
  });

  it('hides Plan and Run and keeps the language: problems and completion are there', async () => {
    const { page } = current();
    await statusBarItem(page, 'Restricted Mode').waitFor();
    await openFile(page, releasePlan);
    const entries = await menuOf(page, editor(page).locator('.view-line').nth(2));
    expect(entries.filter((entry) => /Deployment/.test(entry))).toEqual([]);
    await placeCursor(page, 4, '  "name'.length + 1);
    await page.keyboard.type('s');
    const rows = await problems(page);
    await rows.filter({ hasText: '"names"' }).first().waitFor();
    await placeCursor(page, 4, '  "names'.length + 1);
    await page.keyboard.press('Backspace');
    await rows.filter({ hasText: '"names"' }).first().waitFor({ state: 'detached' });
    await saveFile(page);
  });

  it('says in the views why they are empty, and starts no process of its own for runs', async () => {
    const { page } = current();
    await openView(page, 'Deployments');
    await page.getByText('This workspace is in Restricted Mode').waitFor();
    await page.getByText('Runs are not read in Restricted Mode').waitFor();
    await page.keyboard.press('F1');
    await quickInput(page).locator('input').first().fill('>Deployments: ');
    await quickInput(page).getByRole('option', { name: 'Deployments: Restart Language Server' }).waitFor();
    const offered = await quickInput(page).getByRole('option').allTextContents();
    expect(offered.filter((entry) => /(Plan|Run|Resume|Cancel|Continue|Approve) Deployment/.test(entry))).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await runners(current())).toEqual([]);
  });

  it('shows plans and their actions as soon as trust is granted, without a reload', async () => {
    const { page } = current();
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
    await statusBarItem(page, 'Restricted Mode').waitFor({ state: 'detached' });
    await page
      .locator('.monaco-modal-editor-block')
      .getByRole('button', { name: /^Close/ })
      .first()
      .click();
    await page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
    const row = treeRow(page, new RegExp(`^${releaseName}, staging, never run`));
    await row.waitFor();
    expect(await menuOf(page, row)).toContain('Run Deployment');
  });
});
