import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planDocument } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import {
  acceptSuggestion,
  editor,
  openFile,
  placeCursor,
  problems,
  saveFile,
  selectRight,
} from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { PATIENCE_MS } from '../support/vscode-window.ts';
import {
  chooseFromMenu,
  dialog,
  menuOf,
  openView,
  reloadWindow,
  rowAction,
  statusBarItem,
  toggleRow,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';
import {
  button,
  clean,
  header,
  operationIs,
  releaseName,
  releasePlan,
  runIs,
  runners,
  runOf,
  section,
  shownRun,
  statuses,
} from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

const brokenScript = 'migrations/V0003__add_order_totals.sql';
const slowPlan = {
  ...planDocument({ name: 'A slow report', plan_id: '3a5c1f0e-8d1b-4a53-9c53-0d6b8c0f7a21' }),
  target_env: { id: 'staging', name: 'Staging', backend: 'sqlite', connection_ref: 'shop_staging' },
  steps: [{ id: 'report', name: 'Build the report', type: 'migration', script: 'migrations/V0004__report.sql' }],
};
/** Takes some thirty seconds: longer than a window needs to reload, also on a machine that is busy. */
const slowScript = `CREATE TABLE report (rows_seen integer);
INSERT INTO report
WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 200000000)
SELECT count(*) FROM counter;
`;

/** Where two cores are shared, the slow report takes several times as long. */
const SLOW_MS = 240_000;

/** The main job by mouse and keyboard, in the order in which a person does it: each test goes on where the one before ended. */
describe('the main job in the editor', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: clean,
  });
  stopAtFirstFailure();

  it('offers Plan and Run on a plan in the Explorer as soon as the window is there', async () => {
    const { page } = current();
    await treeRow(page, 'deployments').click();
    const entries = await menuOf(page, treeRow(page, /release-1\.4/));
    expect(entries).toContain('Plan Deployment');
    expect(entries).toContain('Run Deployment');
  });

  it('shows one problem for one mistake, and completion mends it', async () => {
    const { page, workspace } = current();
    await openFile(page, releasePlan);
    const text = await readFile(join(workspace, releasePlan), 'utf8');
    const line = text.split('\n').findIndex((one) => one.includes('"type": "migration"')) + 1;
    const column = '      "type": "'.length + 1;
    await placeCursor(page, line, column);
    await selectRight(page, 'migration'.length);
    await page.keyboard.type('migratoin');
    const rows = await problems(page);
    const wrong = rows.filter({ hasText: 'Unknown step type "migratoin"' });
    await wrong.waitFor();
    // The file's own row and the one problem below it.
    expect(await rows.count()).toBe(2);
    await placeCursor(page, line, column);
    await acceptSuggestion(page, 'migration');
    await wrong.waitFor({ state: 'detached' });
    await saveFile(page);
    expect(await readFile(join(workspace, releasePlan), 'utf8')).toBe(text);
  });

  it('shows by Plan Deployment what a run would do, and changes nothing', async () => {
    const { page, workspace } = current();
    await chooseFromMenu(page, treeRow(page, /release-1\.4/), 'Plan Deployment');
    const preview = webview(page);
    await preview.getByRole('heading', { name: releaseName }).waitFor();
    await preview.locator('.badge', { hasText: 'staging' }).waitFor();
    expect(await preview.locator('.step-name').allTextContents()).toEqual([
      'Check the connection',
      'Check free disk space',
      'Back up the shop',
      'Create customers',
      'Create orders',
      'Add order totals',
      'No order without a customer',
      'Look at the shop before it goes on',
      'Check the migration history',
      'Count database objects',
    ]);
    expect(await preview.locator('.state').allTextContents()).toEqual(['pending', 'pending', 'pending']);
    await expect(readFile(join(workspace, 'data/staging.db'))).rejects.toThrow('ENOENT');
  });

  it('runs by Run Deployment and stops where a migration fails, naming file, line and column', async () => {
    const { page } = current();
    await chooseFromMenu(page, treeRow(page, /release-1\.4/), 'Run Deployment');
    await runIs(page, 'Failed');
    await operationIs(page, 'orders', 'succeeded');
    await operationIs(page, 'totals', 'failed');
    await operationIs(page, 'sign_off', 'pending');
    expect(await header(page, 'totals').getAttribute('aria-expanded')).toBe('true');
    await section(page, 'totals').getByText('no such column: price_in_cents').first().waitFor();
    await button(section(page, 'totals'), `Open ${brokenScript}:4:1`).waitFor();
  });

  it('opens the failing statement from the panel, where it is mended and saved', async () => {
    const { page, workspace } = current();
    await button(section(page, 'totals'), `Open ${brokenScript}:4:1`).click();
    await page.getByRole('tab', { name: /V0003__add_order_totals/ }).waitFor();
    await statusBarItem(page, 'Ln 4, Col 1').waitFor();
    await placeCursor(page, 6, '  SELECT SUM(quantity * '.length + 1);
    await selectRight(page, 'price_in_cents'.length);
    await page.keyboard.type('price_cents');
    await editor(page).getByText('price_cents').waitFor();
    await saveFile(page);
    expect(await readFile(join(workspace, brokenScript), 'utf8')).toBe(
      await readFile(join(workspace, 'mended/V0003__add_order_totals.sql'), 'utf8'),
    );
  });

  it('offers in the plan to go on above the step that failed, and says behind each script what is applied', async () => {
    const { page, workspace } = current();
    await openFile(page, releasePlan);
    const text = await readFile(join(workspace, releasePlan), 'utf8');
    await placeCursor(page, text.split('\n').findIndex((line) => line.includes('"totals"')) + 1, 1);
    await editor(page).locator('.codelens-decoration', { hasText: 'Resume from totals' }).waitFor();
    const hint = (words: string) => editor(page).locator('.view-line', { hasText: words });
    await hint('V0002__create_orders.sql')
      .filter({ hasText: /applied\s+just\s+now|applied\s+\d+\s+minute/ })
      .waitFor();
    await hint('V0003__add_order_totals.sql')
      .filter({ hasText: /failed/ })
      .waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'plan-with-history.png') });
    await page.getByRole('tab', { name: /V0003__add_order_totals/ }).click();
  });

  it('resumes after a confirmation of the amended script, skips what is done and waits at the pause', async () => {
    const { page } = current();
    await button(webview(page), 'Resume').click();
    await dialog(page).getByText(brokenScript).waitFor();
    await dialog(page).getByRole('button', { name: 'Resume', exact: true }).click();
    await runIs(page, 'Waiting');
    await operationIs(page, 'totals', 'succeeded');
    await operationIs(page, 'sign_off', 'waiting');
    await section(page, 'sign_off').getByText('Open the shop on staging').waitFor();
  });

  it('finds the run in its panel after a reload of the window, still waiting, and continues it', async () => {
    const { page, workspace } = current();
    const [run, before] = [await shownRun(page), await runners(current())];
    await reloadWindow(page);
    await runIs(page, 'Waiting');
    expect(await shownRun(page)).toBe(run);
    expect(await runners(current())).toEqual(before);
    await statusBarItem(page, 'Deployment to staging waits').waitFor();
    await button(section(page, 'sign_off'), 'Continue').click();
    await runIs(page, 'Succeeded');
    const shown = await runOf(workspace);
    expect([shown.id, shown.status, shown.attempt]).toEqual([run, 'succeeded', 2]);
    expect(new Set(Object.values(statuses(shown)))).toEqual(new Set(['succeeded']));
  });

  it('lists one run with two attempts and its operations, and the last status of the plan', async () => {
    const { page } = current();
    await openView(page, 'Deployments');
    await treeRow(page, new RegExp(`^${releaseName}, staging, succeeded `)).waitFor();
    const row = treeRow(page, /^staging: succeeded, .*, 2 attempts, Release 1\.4/);
    await row.waitFor();
    expect(await page.getByRole('treeitem', { name: /^staging: (?!not tested)/ }).count()).toBe(1);
    await toggleRow(row);
    await treeRow(page, /^Back up the shop, succeeded, /).waitFor();
    await treeRow(page, /^Look at the shop before it goes on, succeeded/).waitFor();
  });

  it('leaves no process of the run behind', async () => {
    await expect.poll(() => runners(current()), { timeout: PATIENCE_MS }).toEqual([]);
  });

  it('finds a run that a reload overtook in the middle of a statement, and sees its end', async () => {
    const { page, workspace } = current();
    await writeFile(join(workspace, 'migrations/V0004__report.sql'), slowScript);
    await writeFile(join(workspace, 'deployments/slow.srdeploy'), JSON.stringify(slowPlan, undefined, 2));
    await rowAction(treeRow(page, /^A slow report, staging, never run/), 'Run Deployment');
    await runIs(page, /Running · Step 1 of 1/);
    await operationIs(page, 'report', 'running');
    const [run, before] = [await shownRun(page), await runners(current())];
    await reloadWindow(page);
    await operationIs(page, 'report', 'running');
    expect(await shownRun(page)).toBe(run);
    expect(await runners(current())).toEqual(before);
    await runIs(page, 'Succeeded', SLOW_MS);
    await treeRow(page, /^staging: succeeded, .*, A slow report/).waitFor();
    const shown = await runOf(workspace, run);
    expect([shown.status, shown.attempt, statuses(shown).report]).toEqual(['succeeded', 1, 'succeeded']);
    await expect.poll(() => runners(current()), { timeout: PATIENCE_MS }).toEqual([]);
  }, 300_000);
});
