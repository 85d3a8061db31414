import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { RunView } from '../../../core/index.ts';
import { srdeployJson } from '../../support/srdeploy.ts';
import { PATIENCE_MS, type VscodeWindow } from '../../support/vscode-window.ts';
import { runCommand, webview } from '../../support/vscode-workbench.ts';

export const releasePlan = 'deployments/release-1.4.srdeploy';
export const releaseName = 'Release 1.4: orders and customers';

/** For `prepare` of a window: whatever runs of the example may have left in the folder is taken out of its copy. */
export async function clean(_page: Page, workspace: string): Promise<void> {
  for (const name of ['.srdeploy', 'data', 'backups']) {
    await rm(join(workspace, name), { recursive: true, force: true });
  }
}

/** A section of the run panel, by the operation's id. */
export const section = (page: Page, operation: string): Locator =>
  webview(page).locator(`[data-operation="${operation}"]`);

/** The header of a section: its accessible name says how the operation stands. */
export const header = (page: Page, operation: string): Locator => section(page, operation).locator('.operation-head');

/** Waits until an operation of the run panel has a status. */
export const operationIs = (page: Page, operation: string, word: string): Promise<void> =>
  section(page, operation).locator('.operation-word', { hasText: word }).waitFor();

/** Waits until the run panel's header says how the run stands. */
export const runIs = (page: Page, words: string | RegExp, timeout = PATIENCE_MS): Promise<void> =>
  webview(page).locator('.head-status', { hasText: words }).waitFor({ timeout });

/** A button of a panel by its exact name. */
export const button = (panel: FrameLocator | Locator, name: string): Locator =>
  panel.getByRole('button', { name, exact: true });

/** The run that the panel shows. */
export const shownRun = async (page: Page): Promise<string> =>
  (await webview(page).locator('.head-facts [title="Run"]').textContent()) ?? '';

export const closeEditors = (page: Page): Promise<void> => runCommand(page, 'View: Close All Editors');

/** The processes that execute runs of this window's server, with what belongs to them; not those that only answer questions. */
export async function runners({ server }: VscodeWindow): Promise<readonly string[]> {
  const lines = await Promise.all(
    (await server.processes()).map(async (pid) => {
      // A process that ends meanwhile has no command line any more.
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, line: words.split('\0').join(' ').trim() };
    }),
  );
  return lines
    .filter(({ line }) => /dist\/(runner|sqlite-child)\.js/.test(line) && !/runner\.js serve/.test(line))
    .map(({ pid, line }) => `${pid} ${line}`);
}

/** A run as the command line shows it. */
export async function runOf(workspace: string, run = 'latest'): Promise<RunView> {
  const { json } = await srdeployJson<{ run: RunView }>(['runs', 'show', run], { cwd: workspace });
  return json.run;
}

/** How the operations of a run stand, by id. */
export const statuses = ({ operations }: RunView): Readonly<Record<string, string>> =>
  Object.fromEntries(operations.map(({ id, status }) => [id, status]));
