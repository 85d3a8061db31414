import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { srdeploy, srdeployJson, startSrdeploy } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { editor, openFile } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { PATIENCE_MS } from '../support/vscode-window.ts';
import {
  answerInput,
  chooseFromMenu,
  dialog,
  menuOf,
  notification,
  openByClick,
  openView,
  quickInput,
  rowAction,
  runCommand,
  statusBarItem,
  toggleRow,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';
import {
  button,
  closeEditors,
  operationIs,
  runIs,
  runners,
  runOf,
  section,
  shownRun,
  statuses,
} from './support/deployments.ts';
import { addPlans } from './support/workspaces.ts';

const PASSWORD = 'correct horse battery staple';

/** Each test stands alone: it begins with the Deployments views and no editor open. */
describe('views, menus and commands', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: addPlans,
  });
  beforeEach(async () => {
    await closeEditors(current().page);
    await openView(current().page, 'Deployments');
  });
  const runs = async () => (await srdeployJson<{ runs: { id: string }[] }>(['runs', 'list'], at())).json.runs.length;
  const lockOn = async (target: string) => (await srdeployJson(['lock', 'status', target], at())).json.lock;
  const at = () => ({ cwd: current().workspace });

  it('has Plan and Run in the menus of plans and one icon above them, and nowhere else', async () => {
    const { page } = current();
    await openFile(page, 'deployments/paused.srdeploy');
    const inEditor = await menuOf(page, editor(page).locator('.view-line').nth(2));
    expect(inEditor).toEqual(expect.arrayContaining(['Plan Deployment', 'Run Deployment']));
    const icons = page.locator('.editor-group-container .editor-actions').getByRole('button', { name: /Deployment/ });
    await icons.first().waitFor();
    expect(await icons.count()).toBe(1);
    await openFile(page, 'README.md');
    await icons.first().waitFor({ state: 'detached' });
    expect(await menuOf(page, editor(page).locator('.view-line').nth(2))).not.toContain('Plan Deployment');
    await openView(page, 'Explorer');
    expect(await menuOf(page, treeRow(page, /README\.md/))).not.toContain('Run Deployment');
    expect(await menuOf(page, treeRow(page, 'deployments'))).not.toContain('Plan Deployment');
  });

  it('cancels a run in the middle of a statement: its processes are gone and its lock is free', async () => {
    const { page, workspace } = current();
    await rowAction(treeRow(page, /^Endless work, staging/), 'Run Deployment');
    await operationIs(page, 'endless', 'running');
    await statusBarItem(page, 'Deploying to staging').waitFor();
    expect(await runners(current())).not.toEqual([]);
    await button(webview(page), 'Cancel').click();
    await runIs(page, 'Cancelled');
    await expect.poll(() => runners(current()), { timeout: PATIENCE_MS }).toEqual([]);
    expect(statuses(await runOf(workspace)).endless).toBe('cancelled');
    expect(await lockOn('staging')).toBe(null);
    await treeRow(page, /^staging: cancelled, .*, Endless work/).waitFor();
  });

  it('shows a run of the command line as it goes, and continues it', async () => {
    const { page } = current();
    const words = ['run', 'deployments/paused.srdeploy'];
    const run = startSrdeploy(words, at());
    await run.printed('srdeploy continue');
    const row = treeRow(page, /^review: waiting, .*, A paused plan/);
    await row.waitFor();
    await toggleRow(row);
    await treeRow(page, /^Look first, waiting/).waitFor();
    await openByClick(row, section(page, 'look'));
    await button(section(page, 'look'), 'Continue').click();
    expect((await run.ended).code).toBe(0);
    await runIs(page, 'Succeeded');
    await treeRow(page, /^review: succeeded, .*, A paused plan/).waitFor();
  });

  it('shows the problems of a plan that cannot be read, and runs nothing', async () => {
    const { page } = current();
    const before = await runs();
    await chooseFromMenu(page, treeRow(page, /broken\.srdeploy, cannot be read/), 'Plan Deployment');
    await webview(page).getByText('No plan could be made').first().waitFor();
    expect(await webview(page).locator('.problem').count()).toBeGreaterThan(0);
    await closeEditors(page);
    await chooseFromMenu(page, treeRow(page, /broken\.srdeploy, cannot be read/), 'Run Deployment');
    await webview(page).getByText('No plan could be made').first().waitFor();
    expect(await runs()).toBe(before);
  });

  it('runs on production only after its id was typed exactly', async () => {
    const { page, workspace } = current();
    const before = await runs();
    await rowAction(treeRow(page, /^Live release, PROD live/), 'Run Deployment');
    await quickInput(page).getByText('This changes production').waitFor();
    await answerInput(page, 'Live');
    await quickInput(page).getByText('Type exactly').waitFor();
    expect(await runs()).toBe(before);
    await answerInput(page, 'live');
    await runIs(page, 'Succeeded');
    await webview(page).locator('.badge-prod').waitFor();
    expect((await runOf(workspace)).target).toBe('live');
    await treeRow(page, /^PROD live: succeeded, .*, Live release/).waitFor();
  });

  it('lets a run that needs an approval wait without a lock, and start once it is approved', async () => {
    const { page } = current();
    await rowAction(treeRow(page, /^An approved plan/), 'Run Deployment');
    await dialog(page).getByText('This plan needs 1 approval and has 0.').waitFor();
    await dialog(page).getByRole('button', { name: 'Start and Wait' }).click();
    await runIs(page, 'Waiting for approval (0 of 1)');
    expect(await lockOn('approved')).toBe(null);
    await button(webview(page), 'Approve').click();
    await quickInput(page).getByText('The comment is kept with your approval').waitFor();
    await answerInput(page, 'Looked at it');
    await runIs(page, 'Succeeded');
  });

  it('asks for a secret behind a mask and keeps its value out of every file of the project', async () => {
    const { page, workspace } = current();
    await rowAction(treeRow(page, /^The warehouse/), 'Run Deployment');
    await quickInput(page).getByText('Kept in the secret storage').waitFor();
    expect(await quickInput(page).locator('input[type="password"]').count()).toBe(1);
    await answerInput(page, PASSWORD);
    await runIs(page, 'Failed');
    await section(page, 'check_connection').getByText('ECONNREFUSED').first().waitFor();
    await expect.poll(() => runners(current()), { timeout: PATIENCE_MS }).toEqual([]);
    expect(await filesWith(workspace, PASSWORD)).toEqual([]);
  });

  it('shows in a second window what the first one runs, and names the holder to who comes second', async () => {
    const { page, server, workspace } = current();
    await rowAction(treeRow(page, /^A paused plan/), 'Run Deployment');
    await operationIs(page, 'look', 'waiting');
    const run = await shownRun(page);
    const second = await page.context().newPage();
    second.setDefaultTimeout(PATIENCE_MS);
    try {
      await second.goto(server.windowUrl(workspace));
      await openView(second, 'Deployments');
      await treeRow(second, /^review: waiting, .*, A paused plan/).click();
      await runIs(second, 'Waiting');
      expect(await shownRun(second)).toBe(run);
      await rowAction(treeRow(second, /^A paused plan/), 'Run Deployment');
      await webview(second).getByText(`(run ${run})`).waitFor();
      await button(section(page, 'look'), 'Continue').click();
      await runIs(page, 'Succeeded');
      await operationIs(second, 'look', 'waiting');
      await button(webview(second), 'Cancel').click();
      await runIs(second, 'Cancelled');
    } finally {
      await second.close();
    }
  });

  it('tells in the window how a run ended that nobody looks at', async () => {
    const { page } = current();
    await rowAction(treeRow(page, /^A paused plan/), 'Run Deployment');
    await operationIs(page, 'look', 'waiting');
    await closeEditors(page);
    expect((await srdeploy(['continue', 'latest'], at())).code).toBe(0);
    const told = notification(page, 'A paused plan: deployment to review succeeded.');
    await told.getByRole('button', { name: 'Open Run' }).click();
    await runIs(page, 'Succeeded');
  });

  it('shows the whole log of a run as a document', async () => {
    const { page } = current();
    const words = ['run', 'deployments/paused.srdeploy', '--auto-continue'];
    expect((await srdeploy(words, at())).code).toBe(0);
    await chooseFromMenu(page, treeRow(page, /^review: succeeded, .*, A paused plan/), 'Open Log');
    await page.getByRole('tab', { name: /\.log/ }).waitFor();
    await editor(page).locator('.view-line', { hasText: 'Look first' }).first().waitFor();
  });

  it('says how the language server is, and starts it anew when asked', async () => {
    const { page, server } = current();
    await openFile(page, 'deployments/paused.srdeploy');
    const languageServers = async () => {
      const pids = await server.processes();
      const lines = await Promise.all(
        pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
      );
      return lines.filter(({ line }) => line.includes('dist/server.js')).map(({ pid }) => pid);
    };
    await expect.poll(languageServers, { timeout: PATIENCE_MS }).toHaveLength(1);
    const [before] = await languageServers();
    await runCommand(page, 'Deployments: Restart Language Server');
    await expect
      .poll(async () => (await languageServers()).filter((pid) => pid !== before), { timeout: PATIENCE_MS })
      .toHaveLength(1);
    await expect.poll(languageServers, { timeout: PATIENCE_MS }).toHaveLength(1);
    await page.locator('[id="status.languageStatus"]').first().hover();
    await page.getByText('Deployment plans: ready').first().waitFor();
  });
});

/** The files of a folder that hold a text, as it is or in base 64. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const forms = [text, Buffer.from(text).toString('base64').replace(/=+$/, '')];
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const bytes = await readFile(file);
        return forms.some((form) => bytes.includes(form)) ? file : undefined;
      }),
  );
  return found.filter((file) => file !== undefined);
}
