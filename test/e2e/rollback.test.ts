import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migration, planDocument, srdeployJson } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import {
  answerInput,
  chooseFromMenu,
  dialog,
  menuOf,
  openView,
  quickInput,
  treeRow,
  webview,
} from '../support/vscode-workbench.ts';
import { button, clean, operationIs, runIs, runOf, shownRun, statuses } from './support/deployments.ts';
import { stopAtFirstFailure } from './support/stop-at-first-failure.ts';

const plan = planDocument({
  name: 'Stock and prices',
  target_env: { id: 'staging', name: 'Staging', backend: 'sqlite', connection_ref: 'shop_staging' },
  approval_required: true,
  steps: [
    migration('stock', 'migrations/V0004__stock.sql', {
      name: 'Create the stock',
      rollback: 'migrations/R0004__stock.sql',
    }),
    migration('cleanup', 'migrations/V0005__cleanup.sql', { name: 'Remove old rows', rollback: 'none' }),
  ],
});
const files: Readonly<Record<string, string>> = {
  'deployments/stock.srdeploy': JSON.stringify(plan, undefined, 2),
  'migrations/V0004__stock.sql': 'CREATE TABLE stock (id integer PRIMARY KEY, pieces integer NOT NULL);\n',
  'migrations/R0004__stock.sql': 'DROP TABLE stock;\n',
  'migrations/V0005__cleanup.sql': 'DELETE FROM stock WHERE pieces = 0;\n',
};

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

/** A run is taken back by mouse, in the order in which a person does it: each test goes on where the one before ended. */
describe('rolling a run back in the editor', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: async (page, workspace) => {
      await clean(page, workspace);
      for (const folder of ['data', 'deployments', 'migrations'])
        await mkdir(join(workspace, folder), { recursive: true });
      for (const [path, text] of Object.entries(files)) await writeFile(join(workspace, path), text);
      const words = ['run', 'deployments/stock.srdeploy', '--approve', 'fine'];
      const ran = await srdeployJson<{ run: { status: string } }>(words, { cwd: workspace });
      expect(ran.code, JSON.stringify(ran.json)).toBe(0);
    },
  });
  stopAtFirstFailure();
  const picture = async (name: string) => {
    if (pictures) await current().page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const row = () => treeRow(current().page, /^staging: succeeded, .*Stock and prices/);

  it('offers it in the menu of a run that applied something', async () => {
    const { page } = current();
    await openView(page, 'Deployments');
    await row().waitFor();
    expect(await menuOf(page, row())).toContain('Roll Back…');
  });

  it('shows the way back with its gap before anything is done', async () => {
    const { page } = current();
    await chooseFromMenu(page, row(), 'Roll Back…');
    const preview = webview(page);
    await preview.getByRole('heading', { name: 'Roll back: Stock and prices' }).waitFor();
    expect(await preview.locator('.step-name').allTextContents()).toEqual(['Remove old rows', 'Create the stock']);
    await preview.getByText('that there is no way back').first().waitFor();
    await preview.getByText('One step has no way back and stays as it is').waitFor();
    await picture('rollback-preview');
  });

  it('counts an approval that is given in the preview', async () => {
    const { page } = current();
    await button(webview(page), 'Approve (0 of 1)').click();
    await quickInput(page).locator('input').first().waitFor();
    await answerInput(page, 'the stock goes');
    await button(webview(page), 'Approve (1 of 1)').waitFor();
    await webview(page).getByText('the stock goes').waitFor();
    await picture('rollback-approved');
  });

  it('asks for the irreversible step by name and for the rollback itself, and runs it in a run of its own', async () => {
    const { page } = current();
    await button(webview(page), 'Run Rollback').click();
    await dialog(page).getByText('Remove old rows').waitFor();
    await picture('rollback-irreversible');
    await dialog(page).getByRole('button', { name: 'Skip Irreversible Step', exact: true }).click();
    await dialog(page).getByText('migrations/V0004__stock.sql').waitFor();
    await picture('rollback-confirm');
    await dialog(page).getByRole('button', { name: 'Roll Back', exact: true }).click();
    await runIs(page, 'Rolled back');
    await operationIs(page, 'stock', 'succeeded');
    await operationIs(page, 'cleanup', 'skipped');
    await picture('rollback-run');
  });

  it('says with both runs what became of the other', async () => {
    const { page, workspace } = current();
    const back = await shownRun(page);
    const run = await runOf(workspace, back);
    expect([run.status, statuses(run)]).toEqual(['rolled_back', { cleanup: 'skipped', stock: 'succeeded' }]);
    await treeRow(page, /^staging: rolled back, .*Roll back: Stock and prices/).waitFor();
    const before = treeRow(page, /^staging: succeeded, rolled back, .*Stock and prices/);
    await before.waitFor();
    expect(await menuOf(page, before)).not.toContain('Roll Back…');
    await button(webview(page), String(run.rollsBack)).click();
    await runIs(page, 'Succeeded');
    await webview(page).getByText('rolled back by run').waitFor();
    await picture('rolled-back-run');
  });
});
