import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { srdeploy } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { openFile, placeCursor, selectRight, suggestions } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { runCommand } from '../support/vscode-workbench.ts';
import { clean, releasePlan } from './support/deployments.ts';

describe('completion in a plan', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    async prepare(page, workspace) {
      await clean(page, workspace);
      await writeFile(join(workspace, 'migrations/V0004__reviews.sql'), 'CREATE TABLE reviews (id integer);\n');
      // Its third migration fails.
      expect((await srdeploy(['run', releasePlan, '--yes'], { cwd: workspace })).code).not.toBe(0);
    },
  });

  /** Puts the cursor behind some words of the plan. */
  async function behind(words: string): Promise<void> {
    const { page, workspace } = current();
    const lines = (await readFile(join(workspace, releasePlan), 'utf8')).split('\n');
    const line = lines.findIndex((one) => one.includes(words));
    await placeCursor(page, line + 1, (lines[line] ?? '').indexOf(words) + words.length + 1);
  }

  it('says of each script how it stands on the target, and has first what no plan uses', async () => {
    const { page } = current();
    await openFile(page, releasePlan);
    const rows = async () => {
      await page.keyboard.press('Escape');
      await behind('"script": "');
      await page.keyboard.press('Control+Space');
      await suggestions(page).first().waitFor();
      // The document has the rows in the order in which they were drawn.
      const drawn = await suggestions(page).evaluateAll((found) =>
        found.map((row) => ({ index: Number(row.getAttribute('data-index')), text: row.textContent ?? '' })),
      );
      return drawn.sort((a, b) => a.index - b.index).map(({ text }) => text.replaceAll('\u00a0', ' '));
    };
    // The process that reads the history may still be starting.
    await expect.poll(async () => (await rows()).join('\n'), { timeout: 60_000 }).toContain('on staging');
    const texts = await rows();
    // The script that goes with the step's rollback stands before them.
    expect(texts.slice(0, 3).map((text) => text.split('.sql')[0])).toEqual([
      'migrations/V0001__create_customers',
      'mended/V0003__add_order_totals',
      'migrations/V0004__reviews',
    ]);
    expect(texts[2]).toContain('V0004__reviews.sqlpending on staging');
    const stateOf = (name: string) => texts.find((text) => text.includes(`migrations/${name}`));
    expect(stateOf('V0001__create_customers.sql')).toMatch(/applied to staging, (just now|\d+ minutes? ago)/);
    expect(stateOf('V0003__add_order_totals.sql')).toMatch(/failed on staging, /);
    expect(stateOf('R0001__drop_customers.sql')).not.toContain('staging');
    await page.keyboard.press('Escape');
  });

  it('names the tables of the migrations inside SQL while one types, and goes to where they are made', async () => {
    const { page } = current();
    await behind('LEFT JOIN ');
    await selectRight(page, 'customers'.length);
    await page.keyboard.type('cust');
    const customers = suggestions(page).filter({ hasText: 'customers' }).first();
    await customers.click();
    await page.locator('.tab.active.dirty').waitFor();
    await runCommand(page, 'Go to Definition');
    await page.getByRole('tab', { name: /V0001__create_customers/ }).waitFor();
  });
});
