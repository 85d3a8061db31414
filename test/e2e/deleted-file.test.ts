import { join } from 'node:path';
import { describe, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import { openFile } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { notification, openView, runCommand, toggleRow, treeRow } from '../support/vscode-workbench.ts';

describe('a script that is deleted in the Explorer', () => {
  const { current } = useWindow({ workspace: join(repository, 'examples/shop'), extension: repository });

  it('is said to be named by a plan still, and the places can be looked at', async () => {
    const { page } = current();
    await openFile(page, 'release-1.4.srdeploy');
    await page.getByText('Resume from').or(page.getByText('Dry Run')).first().waitFor();
    await openView(page, 'Explorer');
    const script = treeRow(page, /^V0002/);
    if (!(await script.isVisible())) await toggleRow(treeRow(page, /^migrations/));
    await script.click();
    await page.keyboard.press('Delete');
    const confirm = page.locator('.monaco-dialog-box').getByRole('button', { name: /Delete|Trash/ });
    await confirm.first().click();
    const told = notification(page, /V0002.* is deleted, and .*release-1\.4\.srdeploy still names it/);
    await told.waitFor();
    await told.getByRole('button', { name: 'Show References' }).click();
    await page.locator('.peekview-widget, .zone-widget').first().waitFor();
    await runCommand(page, 'View: Close All Editors');
  });
});
