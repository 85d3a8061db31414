import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import AxeSource from 'axe-core';
import { describe, expect, it } from 'vitest';
import { srdeployJson } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { editor } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { setTheme, themeNames } from '../support/vscode-theme.ts';
import { PATIENCE_MS } from '../support/vscode-window.ts';
import {
  answerInput,
  chooseFromMenu,
  dialog,
  menuOf,
  notification,
  openView,
  quickInput,
  rowAction,
  runCommand,
  toggleRow,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';
import { configText, deployByConfig } from './support/config-project.ts';
import { closeEditors, runIs } from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;
const plans = ['Plan Deployment', 'Run Deployment', 'Dry Run'];

/** Each test goes on where the one before ended. */
describe('targets and deploy configs in the views', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: deployByConfig,
  });
  stopAtFirstFailure();
  const target = (id: string) => treeRow(current().page, new RegExp(`^(PROD )?${id}: `));
  const chosen = (text: string | RegExp) =>
    quickInput(current().page).locator('.quick-input-list-row', { hasText: text });
  const choose = (text: string | RegExp) => chosen(text).first().click();
  async function take(name: string): Promise<void> {
    if (!pictures) return;
    for (const theme of themeNames) {
      await setTheme(current(), theme);
      await current().page.screenshot({ path: join(pictures, `${name}-${theme}.png`) });
    }
    await setTheme(current(), 'dark');
  }

  it('lists targets with what is known of them, and connects to none by itself', async () => {
    const { page, workspace } = current();
    await openView(page, 'Deployments');
    await treeRow(page, /^local: not tested, never run, local$/).waitFor();
    await treeRow(page, /^gone: not tested, never run, staging$/).waitFor();
    await treeRow(page, /^PROD live: not tested, never run$/).waitFor();
    expect(existsSync(join(workspace, 'data'))).toBe(false);
    await take('targets-untested');
  });

  it('shows a config among the plans, with its groups in order', async () => {
    const { page } = current();
    const row = treeRow(page, /^parts, 3 groups, never run$/);
    await toggleRow(row);
    await treeRow(page, /^Group tables, migration, 1 file, db\/\*\.sql$/).waitFor();
    const groups = page.getByRole('treeitem', { name: /^Group / });
    await expect.poll(() => groups.count(), { timeout: PATIENCE_MS }).toBe(3);
    expect(await menuOf(page, row)).toEqual(expect.arrayContaining([...plans, 'Migration Status']));
    const ofGroup = await menuOf(page, treeRow(page, /^Group site, build/));
    expect(ofGroup).toEqual(expect.arrayContaining(plans));
    expect(ofGroup).not.toContain('Migration Status');
    await take('plans-config');
  });

  it('has nothing that axe finds wrong in the rows, in any theme', async () => {
    const { page } = current();
    for (const theme of themeNames) {
      await setTheme(current(), theme);
      await page.evaluate(AxeSource.source);
      // VS Code sets label and description of a row side by side, without the comma that the spoken name has.
      const found = await page.evaluate(
        `axe.run({ include: [['.sidebar .monaco-list-rows']] }, { rules: { 'label-content-name-mismatch': { enabled: false } } })`,
      );
      const { violations } = found as { readonly violations: readonly { readonly id: string }[] };
      expect(
        violations.map(({ id }) => id),
        theme,
      ).toEqual([]);
    }
    await setTheme(current(), 'dark');
  });

  it('tests a target when asked to, and says why it was not reached', async () => {
    const { page } = current();
    await rowAction(target('gone'), 'Test Connection');
    await treeRow(page, /^gone: not reached, .*(ECONNREFUSED|refused)/i).waitFor();
    await notification(page, /gone: not reached\. Database 127\.0\.0\.1:1\/parts/).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('proves in a dry run of a group that nothing is changed', async () => {
    const { page, workspace } = current();
    const before = await digestsIn(workspace);
    await chooseFromMenu(page, treeRow(page, /^Group site, build/), 'Dry Run');
    await chosen('PROD · Live').waitFor();
    await take('choose-target');
    await choose('This machine');
    const panel = webview(page);
    await panel.getByText('Nothing was run, and nothing has been changed.').waitFor();
    await panel.getByText('Only site').waitFor();
    expect(await panel.getByRole('button', { name: 'Run', exact: true }).count()).toBe(0);
    expect(await digestsIn(workspace)).toEqual(before);
    expect(existsSync(join(workspace, 'data'))).toBe(false);
    await take('dry-run');
    await closeEditors(page);
  });

  it('runs the groups that are chosen, all of them chosen before, and offers the choice first the next time', async () => {
    const { page, workspace } = current();
    await rowAction(target('local'), 'Run Deployment');
    await chosen('functions').waitFor();
    await quickInput(page).getByText('3 Selected').waitFor();
    await take('choose-groups');
    await choose('functions');
    await quickInput(page).getByText('2 Selected').waitFor();
    await page.keyboard.press('Enter');
    await runIs(page, 'Succeeded');
    expect([existsSync(join(workspace, 'built.txt')), existsSync(join(workspace, 'deployed.txt'))]).toEqual([
      true,
      false,
    ]);
    await treeRow(page, /^local: not tested, last run succeeded/).waitFor();
    await rowAction(target('local'), 'Plan Deployment');
    const first = quickInput(page).locator('.quick-input-list-row').first();
    await first.getByText('As last time').waitFor();
    await take('choose-as-before');
    await page.keyboard.press('Enter');
    await webview(page).getByText('Only tables, site').waitFor();
    await closeEditors(page);
  });

  it('tells the version of the server and how long it took', async () => {
    const { page } = current();
    await rowAction(target('local'), 'Test Connection');
    await treeRow(page, /^local: reached, SQLite \d[^,]*, \d+\.\d ms, last run succeeded/).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('shows how the migrations of a target stand as a document, and what is pending in the row', async () => {
    const { page } = current();
    await chooseFromMenu(page, target('local'), 'Migration Status');
    await editor(page).locator('.view-line', { hasText: 'db/V1__parts.sql' }).waitFor();
    await editor(page).locator('.view-line', { hasText: '1 applied' }).first().waitFor();
    await treeRow(page, /^local: reached, .*, nothing pending/).waitFor();
    await take('migration-status');
    await closeEditors(page);
  });

  it('does all of it by keyboard alone: focus, menu, choice', async () => {
    const { page } = current();
    await runCommand(page, 'Deployments: Focus on Targets View');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    const entry = page.locator('.monaco-menu .action-item').first();
    await entry.waitFor();
    await page.keyboard.press('ArrowDown');
    while (!(await page.locator('.monaco-menu .action-item.focused').textContent())?.includes('Open in Deploy Config'))
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await editor(page).locator('.view-line', { hasText: 'This machine' }).waitFor();
    await closeEditors(page);
  });

  it('adds a target by three or four questions, as the command line does, and keeps comments', async () => {
    const { page, workspace } = current();
    await runCommand(page, 'Deployments: Add Target');
    await quickInput(page).getByText('Add Target (1/4)').waitFor();
    await answerInput(page, 'review');
    await quickInput(page).getByText('Add Target (2/4)').waitFor();
    await choose('staging');
    await quickInput(page).getByText('Add Target (3/4)').waitFor();
    await choose('local');
    await quickInput(page).getByText('Add Target (4/4)').waitFor();
    await take('add-target');
    await answerInput(page, 'Review');
    await treeRow(page, /^review: not tested, never run, staging$/).waitFor();
    await notification(page, 'Added the target review to deploy-config.json.').waitFor();
    expect(await configText(workspace)).toContain('// What we deploy.');
    const { json } = await srdeployJson<{ target: object }>(['target', 'show', 'review'], { cwd: workspace });
    expect(json.target).toMatchObject({ name: 'Review', settings: { kind: 'staging', connection_ref: 'local' } });
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('changes one thing of a target', async () => {
    const { page, workspace } = current();
    await chooseFromMenu(page, target('review'), 'Update Target…');
    await choose('Kind');
    await quickInput(page).getByText('Update Target review (2/2)').waitFor();
    await choose(/^production/);
    await treeRow(page, /^PROD review: not tested/).waitFor();
    await notification(page, 'It is PRODUCTION: every run on it needs its id typed.').waitFor();
    expect(await configText(workspace)).toContain('"kind": "production"');
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('removes a target only once that is confirmed', async () => {
    const { page, workspace } = current();
    await chooseFromMenu(page, target('review'), 'Remove Target…');
    await dialog(page).getByText('Remove the PRODUCTION target review from deploy-config.json?').waitFor();
    await take('remove-target');
    await page.keyboard.press('Escape');
    expect(await configText(workspace)).toContain('review');
    await chooseFromMenu(page, target('review'), 'Remove Target…');
    await dialog(page).getByRole('button', { name: 'Remove Target' }).click();
    await target('review').waitFor({ state: 'detached' });
    expect(await configText(workspace)).not.toContain('review');
  });

  it('offers its entries in the Explorer on a deploy config, and on no file of anybody else', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    const ours = [...plans, 'Migration Status'];
    expect(await menuOf(page, treeRow(page, /^deploy-config\.json/))).toEqual(expect.arrayContaining(ours));
    for (const name of [/^README\.md/, /^functions/]) {
      const entries = await menuOf(page, treeRow(page, name));
      expect(entries.filter((entry) => ours.includes(entry))).toEqual([]);
    }
  });
});

/** The digest of every file of a project, but for what the product keeps for itself. */
async function digestsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const pairs = files
    .map((file) => [relative(folder, file), file] as const)
    .filter(([path]) => !path.startsWith('.srdeploy'))
    .map(
      async ([path, file]) =>
        [
          path,
          createHash('sha256')
            .update(await readFile(file))
            .digest('hex'),
        ] as const,
    );
  return Object.fromEntries(await Promise.all(pairs));
}
