import { join } from 'node:path';
import AxeSource from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeViolations } from '../media/axe.ts';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import { setTheme, themeNames } from '../support/vscode-theme.ts';
import { chooseFromMenu, treeRow, webview } from '../support/vscode-workbench.ts';
import { clean, releaseName, runIs } from './support/deployments.ts';

/** The panels' own tests go through every state with remembered colours; here are the colours that VS Code really gives. */
describe('the panels in the real themes', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: clean,
  });

  it('have nothing that axe finds wrong in the plan preview', async () => {
    const { page } = current();
    await treeRow(page, 'deployments').click();
    await chooseFromMenu(page, treeRow(page, /release-1\.4/), 'Plan Deployment');
    await webview(page).getByRole('heading', { name: releaseName }).waitFor();
    expect(await violations()).toEqual(nothing);
  });

  it('have nothing that axe finds wrong in the panel of a failed run', async () => {
    const { page } = current();
    await chooseFromMenu(page, treeRow(page, /release-1\.4/), 'Run Deployment');
    await runIs(page, 'Failed');
    expect(await violations()).toEqual(nothing);
  });

  async function violations(): Promise<Readonly<Record<string, readonly string[]>>> {
    const found: Record<string, readonly string[]> = {};
    for (const theme of themeNames) {
      await setTheme(current(), theme);
      await webview(current().page).locator(`body.${bodies[theme]}`).waitFor();
      found[theme] = await axeViolations(await insideOf(current().page), AxeSource.source);
    }
    return found;
  }
});

const bodies = {
  light: 'vscode-light',
  dark: 'vscode-dark',
  'high-contrast-dark': 'vscode-high-contrast:not(.vscode-high-contrast-light)',
  'high-contrast-light': 'vscode-high-contrast-light',
} as const;
const nothing = Object.fromEntries(themeNames.map((theme) => [theme, []]));

/** The document inside the webview that is visible. */
async function insideOf(page: Page): Promise<Frame> {
  const outer = await page.locator('iframe.webview.ready:visible').elementHandle();
  const inner = await (await outer?.contentFrame())?.waitForSelector('iframe#active-frame');
  const frame = await inner?.contentFrame();
  if (!frame) throw new Error('No webview is visible.');
  return frame;
}
