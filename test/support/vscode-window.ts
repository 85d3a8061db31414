import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { repository } from './vscode-runtime.ts';
import { startVscode, type VscodeOptions, type VscodeServer } from './vscode-server.ts';

export interface WindowOptions extends VscodeOptions {
  /** The folder whose copy the window opens. */
  readonly workspace: string;
  /** In CSS pixels; 1280 × 800 where left out. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Device pixels for each CSS pixel. */
  readonly scale?: number;
  /** Called with the page before it loads anything, and with the folder that it will open. */
  readonly prepare?: (page: Page, workspace: string) => Promise<void>;
}

/** A VS Code window in a headless browser, over a server and profile of its own. */
export interface VscodeWindow {
  readonly page: Page;
  readonly server: VscodeServer;
  /** The temporary copy of the workspace that the window has open. */
  readonly workspace: string;
  /** Writes a picture and everything that the page's console said to `test-results/`. */
  saveTraces(name: string): Promise<void>;
  close(): Promise<void>;
}

/** How long VS Code may take for whatever it does, on a machine that others use too. */
export const PATIENCE_MS = 45_000;

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
];

/** Opens a window on a copy of a folder; the workbench and its explorer are there when it returns. */
export async function openWindow(options: WindowOptions): Promise<VscodeWindow> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'srdeploy-workspace-')));
  const workspace = join(parent, basename(options.workspace));
  await cp(options.workspace, workspace, { recursive: true });
  const server = await startVscode(options);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.stop();
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    const context = await browser.newContext({
      viewport: options.size ?? { width: 1280, height: 800 },
      deviceScaleFactor: options.scale ?? 1,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const lines = listen(page);
    await options.prepare?.(page, workspace);
    await page.goto(server.windowUrl(workspace));
    await page.locator('.monaco-workbench').waitFor();
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    if (options.extension && !options.tests) await contributions(page, options.extension);
    return { page, server, workspace, saveTraces: (name) => saveTraces(page, server, lines, name), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** VS Code shows its explorer before it has read what extensions add: a menu opened that early lacks their entries. */
async function contributions(page: Page, extension: string): Promise<void> {
  const { contributes } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8')) as Manifest;
  for (const { title } of contributes.viewsContainers.activitybar) {
    await page.locator('.activitybar').getByRole('tab', { name: title }).waitFor();
  }
}

interface Manifest {
  readonly contributes: { readonly viewsContainers: { readonly activitybar: readonly { readonly title: string }[] } };
}

function listen(page: Page): readonly string[] {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`page error: ${error.stack ?? error.message}`));
  return lines;
}

async function saveTraces(page: Page, server: VscodeServer, lines: readonly string[], name: string): Promise<void> {
  const folder = join(repository, 'test-results');
  const file = join(folder, name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 100));
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.log`, [...lines, '', 'The server printed:', server.output()].join('\n'));
  await page.screenshot({ path: `${file}.png` });
}
