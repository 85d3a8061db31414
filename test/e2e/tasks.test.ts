import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWindow } from '../support/use-window.ts';
import { problems } from '../support/vscode-editor.ts';
import { repository } from '../support/vscode-runtime.ts';
import { openView, quickInput, runCommand, treeRow } from '../support/vscode-workbench.ts';
import { configText, deployByConfig } from './support/config-project.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;

const byHand = {
  version: '2.0.0',
  tasks: [
    { label: 'look first', type: 'srdeploy', verb: 'dry-run', target: 'local', groups: ['site'], problemMatcher: [] },
  ],
};

describe('srdeploy tasks', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    // So that all that is printed is text of the page, and nothing lies over it.
    settings: { 'terminal.integrated.gpuAcceleration': 'off', 'terminal.integrated.stickyScroll.enabled': false },
    prepare: async (page, workspace) => {
      await deployByConfig(page, workspace);
      await mkdir(join(workspace, '.vscode'), { recursive: true });
      await writeFile(join(workspace, '.vscode/tasks.json'), JSON.stringify(byHand, undefined, 2));
    },
  });
  const offered = (text: string) => quickInput(current().page).locator('.quick-input-list-row', { hasText: text });
  /** Waits until the terminal shows a text. */
  const says = (text: string) => current().page.locator('.xterm-rows', { hasText: text }).first().waitFor();
  async function openTasks(): Promise<void> {
    const { page } = current();
    await runCommand(page, 'Tasks: Run Task');
    await offered('srdeploy').last().waitFor();
  }
  async function runOffered(name: string): Promise<void> {
    await openTasks();
    await offered('srdeploy').last().click();
    await offered(name).first().click();
  }

  it('are offered for a config and each of its targets, and run the command line of the extension', async () => {
    const { page } = current();
    // VS Code waits five seconds for whoever has tasks, and a window on a busy machine starts in more.
    await openView(page, 'Deployments');
    await treeRow(page, /^parts, 3 groups/).waitFor();
    await openTasks();
    await offered('srdeploy').last().click();
    for (const name of ['validate', 'plan', 'run', 'status'].map((verb) => `${verb} deploy-config.json`))
      await offered(name).first().waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'tasks-offered.png') });
    await offered('plan deploy-config.json → local').click();
    await says('Plan: 1 migration (1 pending), 1 build, 1 deploy');
    if (pictures) await page.screenshot({ path: join(pictures, 'tasks-plan.png') });
  });

  it('can be written by hand', async () => {
    await openTasks();
    await offered('look first').first().click();
    await says('Dry run: nothing was run.');
  });

  it('show in the Problems view what validate finds in files that are closed', async () => {
    const { page, workspace } = current();
    const wrong = (await configText(workspace)).replace('"kind": "local"', '"kind": "nonsense"');
    await writeFile(join(workspace, 'deploy-config.json'), wrong);
    await runOffered('validate deploy-config.json');
    await says('1 error');
    const rows = await problems(page);
    await rows.filter({ hasText: 'nonsense' }).first().waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'tasks-problems.png') });
    expect(await rows.filter({ hasText: 'deploy-config.json' }).count()).toBeGreaterThan(0);
    await treeRow(page, /^deploy-config\.json: cannot be read, "kind" cannot be "nonsense"/).waitFor();
  });
});
