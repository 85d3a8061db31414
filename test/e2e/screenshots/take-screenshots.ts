import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { editor, openFile, placeCursor, saveFile, selectRight, suggestions } from '../../support/vscode-editor.ts';
import { repository } from '../../support/vscode-runtime.ts';
import { setTheme, type ThemeName } from '../../support/vscode-theme.ts';
import { openWindow, type VscodeWindow } from '../../support/vscode-window.ts';
import {
  chooseFromMenu,
  dialog,
  openView,
  runCommand,
  toggleRow,
  treeRow,
  webview,
} from '../../support/vscode-workbench.ts';
import { button, clean, operationIs, releaseName, releasePlan, runIs } from '../support/deployments.ts';

/** A picture that was written: its path in the repository and its size. */
export interface Screenshot {
  readonly file: string;
  readonly bytes: number;
}

/** Plays the example in a real VS Code and takes a picture of each thing worth showing, in light and dark. */
export async function takeScreenshots(folder: string): Promise<readonly Screenshot[]> {
  await mkdir(folder, { recursive: true });
  const window = await openWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: clean,
    environment: { SRDEPLOY_USER: 'dana' },
    settings: { 'window.commandCenter': false, 'workbench.layoutControl.enabled': false },
  });
  const taken: Screenshot[] = [];
  const take = async (name: string, themes: readonly ThemeName[] = ['light', 'dark']): Promise<void> => {
    for (const theme of themes) {
      await setTheme(window, theme);
      // What is under the mouse may tell of itself.
      await window.page.mouse.move(900, 785);
      taken.push(await picture(window.page, folder, `${name}-${theme}`));
    }
  };
  try {
    await play(window, take);
  } catch (error) {
    await window.saveTraces('screenshots');
    throw error;
  } finally {
    await window.close();
  }
  return taken;
}

type Take = (name: string, themes?: readonly ThemeName[]) => Promise<void>;

async function play(window: VscodeWindow, take: Take): Promise<void> {
  const { page, workspace } = window;
  await setTheme(window, 'dark');
  await mistake(page, take);
  const plan = treeRow(page, /release-1\.4\.srdeploy/);
  await chooseFromMenu(page, plan, 'Plan Deployment');
  await webview(page).getByRole('heading', { name: releaseName }).waitFor();
  await openView(page, 'Deployments');
  await treeRow(page, new RegExp(`^${releaseName}, staging, never run`)).waitFor();
  await take('plan-preview');
  await openView(page, 'Explorer');
  await runCommand(page, 'View: Close All Editors');
  await chooseFromMenu(page, plan, 'Run Deployment');
  await runIs(page, 'Failed');
  await openView(page, 'Deployments');
  await treeRow(page, /^staging: failed/).waitFor();
  await take('run-panel-failed');
  const script = 'migrations/V0003__add_order_totals.sql';
  await cp(join(workspace, 'mended/V0003__add_order_totals.sql'), join(workspace, script));
  await button(webview(page), 'Resume').click();
  await dialog(page).getByRole('button', { name: 'Resume', exact: true }).click();
  await operationIs(page, 'sign_off', 'waiting');
  await take('run-panel-waiting');
  await button(webview(page), 'Continue').click();
  await runIs(page, 'Succeeded');
  await widenSideBar(page);
  await addProduction(workspace);
  await treeRow(page, /^Release 1\.4, live, PROD production/).waitFor();
  await toggleRow(treeRow(page, /^staging: succeeded, .*2 attempts/));
  await webview(page).getByRole('heading', { name: releaseName }).click();
  await treeRow(page, /^Look at the shop/).waitFor();
  await take('views');
}

/** So that rows show more of their descriptions. */
async function widenSideBar(page: Page): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (!box) throw new Error('The side bar is not shown.');
  const [edge, middle] = [box.x + box.width + 1, box.y + box.height / 2];
  await page.mouse.move(edge, middle);
  await page.mouse.down();
  await page.mouse.move(edge + 70, middle, { steps: 5 });
  await page.mouse.up();
}

/** A mistake under its squiggle, with the suggestions that mend it. */
async function mistake(page: Page, take: Take): Promise<void> {
  await openFile(page, releasePlan);
  const column = '      "type": "'.length + 1;
  const line = 28;
  await placeCursor(page, line, column);
  await selectRight(page, 'migration'.length);
  await page.keyboard.type('migratoin');
  await editor(page).locator('.squiggly-error').first().waitFor();
  await placeCursor(page, line, column);
  await page.keyboard.press('Control+Space');
  await suggestions(page).first().waitFor();
  await take('editor-diagnostics', ['dark']);
  await suggestions(page).filter({ hasText: 'migration' }).first().click();
  await saveFile(page);
  await runCommand(page, 'View: Close All Editors');
}

/** A second plan, which goes to production and was never run. */
async function addProduction(workspace: string): Promise<void> {
  const plan = {
    version: '1.0',
    plan_id: '9d4c02b1-6f2e-4a1d-8b57-2c60d3f1a7e5',
    name: 'Release 1.4, live',
    target_env: { id: 'production', name: 'Production', backend: 'sqlite', connection_ref: 'shop_staging' },
    created_at: '2026-02-05T12:00:00Z',
    created_by: 'dana',
    approval_required: true,
    pre_checks: [{ id: 'check_connection', type: 'connection' }],
    steps: [{ id: 'look', name: 'Look first', type: 'pause', message: 'Look before it goes on.' }],
    post_checks: [],
  };
  await writeFile(join(workspace, 'deployments/release-1.4-live.srdeploy'), JSON.stringify(plan, undefined, 2));
}

/** A picture of the whole window; the mouse, the caret and toasts out of the way. */
async function picture(page: Page, folder: string, name: string): Promise<Screenshot> {
  const path = join(folder, `${name}.png`);
  await page.mouse.move(640, 795);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  return { file: `docs/images/${name}.png`, bytes: (await stat(path)).size };
}
