import type { Locator, Page } from 'playwright-core';
import { quickInput, runCommand } from './vscode-workbench.ts';

/** Opens a file of the workspace through quick open. */
export async function openFile(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput(page).locator('input').first().fill(path);
  const name = path.split('/').at(-1) as string;
  await quickInput(page).getByRole('option', { name }).first().click();
  await page.getByRole('tab', { name }).first().waitFor();
  await editor(page).locator('.view-line').first().waitFor();
}

/** The text editor that is visible. */
export const editor = (page: Page): Locator => page.locator('.editor-group-container .monaco-editor:visible').first();

/** Puts the cursor; line and column from 1. */
export async function placeCursor(page: Page, line: number, column: number): Promise<void> {
  // The middle of the editor: its first line may be scrolled under its upper edge.
  await editor(page).locator('.monaco-scrollable-element').first().click();
  await page.keyboard.press('Control+G');
  await quickInput(page).locator('input').first().fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await quickInput(page).waitFor({ state: 'hidden' });
}

/** Selects so many characters to the right of the cursor. */
export async function selectRight(page: Page, characters: number): Promise<void> {
  for (let left = characters; left > 0; left -= 1) await page.keyboard.press('Shift+ArrowRight');
}

/** Asks for suggestions at the cursor and accepts one by its label. */
export async function acceptSuggestion(page: Page, label: string): Promise<void> {
  const row = suggestions(page).filter({ hasText: label }).first();
  await page.keyboard.press('Control+Space');
  await row.click();
  await suggestions(page).first().waitFor({ state: 'hidden' });
}

/** The rows of the list of suggestions. */
export const suggestions = (page: Page): Locator => page.locator('.suggest-widget.visible .monaco-list-row');

/** Saves the active editor; returns when its tab is no longer marked as changed. */
export async function saveFile(page: Page): Promise<void> {
  await page.keyboard.press('Control+S');
  await page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
}

/** Moves the mouse over a word of the editor and returns the hover that opens. */
export async function hoverOver(page: Page, word: string): Promise<Locator> {
  await editor(page).locator('.view-line span span', { hasText: word }).first().hover();
  const hover = page.locator('.monaco-hover:visible').first();
  await hover.waitFor();
  return hover;
}

/** Opens the Problems panel and returns its rows: files, each followed by its problems. */
export async function problems(page: Page): Promise<Locator> {
  const panel = page.locator('.markers-panel');
  if (!(await panel.isVisible())) await runCommand(page, 'Problems: Focus on Problems View');
  await panel.waitFor();
  return panel.locator('.monaco-list-row');
}
