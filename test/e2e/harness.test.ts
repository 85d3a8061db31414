import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import {
  acceptSuggestion,
  editor,
  hoverOver,
  openFile,
  placeCursor,
  problems,
  saveFile,
  selectRight,
} from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { setTheme } from '../support/vscode-theme.ts';
import {
  chooseFromMenu,
  dialog,
  menuOf,
  notification,
  openView,
  reloadWindow,
  rowAction,
  runCommand,
  toggleRow,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';

/** The helpers that the other tests click with, tried on a small extension that has one of everything. */
describe('the test harness', () => {
  const { current } = useWindow({
    workspace: join(repository, 'test/fixtures/harness-workspace'),
    extension: join(repository, 'test/fixtures/harness-extension'),
  });

  it('opens a file, reads its problem, mends it by completion and saves it', async () => {
    const { page, workspace } = current();
    await openFile(page, 'folder/words.harness');
    const rows = await problems(page);
    await rows.filter({ hasText: 'This word is wrong' }).waitFor();
    expect(await (await hoverOver(page, 'wrong')).textContent()).toContain('Words about this word');
    await placeCursor(page, 1, 9);
    await selectRight(page, 'wrong'.length);
    await page.keyboard.press('Delete');
    await acceptSuggestion(page, 'rightful');
    await rows.filter({ hasText: 'This word is wrong' }).waitFor({ state: 'detached' });
    await saveFile(page);
    expect(await readFile(join(workspace, 'folder/words.harness'), 'utf8')).toBe('this is rightful\n');
  });

  it('shows in the editor what another program wrote to the file', async () => {
    const { page, workspace } = current();
    await writeFile(join(workspace, 'folder/words.harness'), 'written elsewhere\n');
    await editor(page).getByText('elsewhere').waitFor();
  });

  it('offers a command in the explorer menu of matching files only', async () => {
    const { page } = current();
    await openView(page, 'Explorer');
    expect(await menuOf(page, treeRow(page, /words\.harness/))).toContain('Open Panel');
    expect(await menuOf(page, treeRow(page, /plain\.txt/))).not.toContain('Open Panel');
  });

  it('opens a webview from the explorer menu, clicks in it, and finds it again after a reload', async () => {
    const { page } = current();
    await chooseFromMenu(page, treeRow(page, /words\.harness/), 'Open Panel');
    const inside = webview(page);
    await inside.getByRole('button', { name: 'Press' }).click();
    expect(await inside.getByRole('status').textContent()).toBe('pressed');
    await reloadWindow(page);
    await inside.getByRole('heading', { name: 'Opened for words.harness' }).waitFor();
  });

  it('walks a tree and uses the icon and the menu of a row', async () => {
    const { page } = current();
    await openView(page, 'Harness Things');
    await toggleRow(treeRow(page, 'Fruit, a thing'));
    await rowAction(treeRow(page, 'Pear, a thing'), 'Open Panel');
    await webview(page).getByRole('heading', { name: 'Opened for nothing' }).waitFor();
    await chooseFromMenu(page, treeRow(page, 'Stone, a thing'), 'Say Hello');
    await notification(page, 'Hello from the harness').getByRole('button', { name: 'Answer' }).click();
    await dialog(page).getByRole('button', { name: 'Do it' }).click();
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('runs a command by its title', async () => {
    const { page } = current();
    await runCommand(page, 'Harness: Say Hello');
    await notification(page, 'Hello from the harness').waitFor();
  });

  it('changes the theme of the workbench and of webviews', async () => {
    const { page } = current();
    await setTheme(current(), 'high-contrast-dark');
    await webview(page).locator('body.vscode-high-contrast').waitFor();
    await setTheme(current(), 'dark');
    await webview(page).locator('body.vscode-dark').waitFor();
  });
});
