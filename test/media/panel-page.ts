import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { panelHtml } from '../../client/panels/panel-html.ts';
import { type ThemeName, themeOf } from './themes.ts';

const ORIGIN = 'http://panel.test';

/** A headless browser for the panels' own tests; the real editor is driven elsewhere. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });

/** A panel in a page of its own, with a host that remembers what it was told. */
export interface OpenPanel<To, From> {
  readonly page: Page;
  tell(...messages: readonly To[]): Promise<void>;
  heard(): Promise<readonly From[]>;
  kept(): Promise<unknown>;
  /** What the page reported as wrong: errors, and what the policy kept out. */
  readonly complaints: readonly string[];
}

interface Stage {
  readonly posted: unknown[];
  state: unknown;
}

/** Loads what ships, `dist/webview/<name>.js`, under the real policy and with a theme's colours. */
export async function openPanel<To, From>(
  browser: Browser,
  name: 'run' | 'plan',
  theme: ThemeName = 'dark',
  width = 900,
): Promise<OpenPanel<To, From>> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.route(`${ORIGIN}/**`, async (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === '') await route.fulfill({ contentType: 'text/html', body: pageOf(name) });
    else await route.fulfill({ contentType: typeOf(file), body: await readFile(join('dist/webview', file)) });
  });
  await page.addInitScript((dress) => {
    const stage: Stage = { posted: [], state: undefined };
    const api = {
      postMessage: (message: unknown) => stage.posted.push(message),
      getState: () => stage.state,
      setState: (state: unknown) => {
        stage.state = state;
      },
    };
    Object.assign(window, { stage, acquireVsCodeApi: () => api });
    document.addEventListener('DOMContentLoaded', () => {
      document.body.className = dress.body;
      for (const [key, value] of Object.entries(dress.variables))
        document.documentElement.style.setProperty(key, value);
    });
  }, themeOf(theme));
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    complaints,
    tell: (...messages) =>
      page.evaluate(
        (all) => {
          for (const message of all) window.dispatchEvent(new MessageEvent('message', { data: message }));
        },
        messages as readonly unknown[],
      ),
    heard: () => page.evaluate(() => (window as unknown as { stage: Stage }).stage.posted as never),
    kept: () => page.evaluate(() => (window as unknown as { stage: Stage }).stage.state),
  };
}

const pageOf = (name: string): string =>
  panelHtml({
    title: 'Panel <under> test',
    script: `${ORIGIN}/${name}.js`,
    style: `${ORIGIN}/${name}.css`,
    icons: `${ORIGIN}/codicon.css`,
    cspSource: ORIGIN,
    nonce: 'dGVzdA',
  });

const typeOf = (file: string): string =>
  file.endsWith('.js') ? 'text/javascript' : file.endsWith('.css') ? 'text/css' : 'font/ttf';
