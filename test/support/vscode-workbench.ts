import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Opens the command palette and runs a command by its whole title, with category: `Deployments: Plan Deployment`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = quickInput(page).locator('input').first();
  await input.fill(`>${title}`);
  await quickInput(page).getByRole('option', { name: title }).first().click();
}

/** The quick input at the top of the window: palettes, picks and questions. */
export const quickInput = (page: Page): Locator => page.locator('.quick-input-widget');

/** Types an answer into an open input box and confirms it. */
export async function answerInput(page: Page, text: string): Promise<void> {
  await quickInput(page).locator('input').first().fill(text);
  await page.keyboard.press('Enter');
}

/** Reloads the window by its own command, so that editors and panels are stored first; returns when the workbench is back. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load');
  await runCommand(page, 'Developer: Reload Window');
  await loaded;
  await page.locator('.monaco-workbench').waitFor();
}

/** Shows a view container by clicking its icon in the activity bar, unless it is shown already. */
export async function openView(page: Page, container: string): Promise<void> {
  const icon = page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${container}`) });
  if ((await icon.getAttribute('aria-expanded')) !== 'true') await icon.click();
}

/** The row of a tree, explorer included, by its accessible name. */
export const treeRow = (page: Page, name: string | RegExp): Locator => page.getByRole('treeitem', { name }).first();

/** Opens or closes a row that has children. */
export async function toggleRow(row: Locator): Promise<void> {
  await row.locator('.monaco-tl-twistie').click();
}

/** Opens what a row stands for. A click on a row that VS Code draws anew in that very moment is lost, and is made again. */
export async function openByClick(row: Locator, opened: Locator): Promise<void> {
  for (let tries = 1; ; tries++) {
    await row.click();
    try {
      return await opened.waitFor({ timeout: 10_000 });
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}

/** Clicks one of the icons that a row shows while the mouse is over it. */
export async function rowAction(row: Locator, name: string | RegExp): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name }).click();
}

/** Right-clicks something and chooses an entry of the menu that opens. */
export async function chooseFromMenu(page: Page, target: Locator, entry: string): Promise<void> {
  await target.click({ button: 'right' });
  const chosen = menuEntries(page).filter({ hasText: entry }).first();
  // A menu ignores clicks in its first moments, so that the release of the right button chooses nothing.
  await chosen.click();
  while (await chosen.isVisible()) {
    await chosen.click({ timeout: 1_000 }).catch(async (error: unknown) => {
      if (await chosen.isVisible()) throw error;
    });
  }
}

/** Right-clicks something, reads the entries of the menu that opens, without key bindings, and closes it again. */
export async function menuOf(page: Page, target: Locator): Promise<readonly string[]> {
  await target.click({ button: 'right' });
  await menuEntries(page).first().waitFor();
  const entries = await menuEntries(page).locator('.action-label').allTextContents();
  await page.keyboard.press('Escape');
  await menuEntries(page).first().waitFor({ state: 'detached' });
  return entries.filter((text) => text !== '');
}

const menuEntries = (page: Page): Locator => page.locator('.monaco-menu .action-item');

/** A notification by a part of its text; its buttons are found with `getByRole('button')`. */
export const notification = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();

/** The modal dialog that is open. */
export const dialog = (page: Page): Locator => page.locator('.monaco-dialog-box');

/** The entries of the status bar that contain a text. */
export const statusBarItem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.statusbar-item').filter({ hasText: text }).first();

/** The inside of the webview that is visible. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
