import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostResult } from '../e2e/host/index.ts';
import { repository } from './vscode-runtime.ts';
import { openWindow } from './vscode-window.ts';

const SUITE_MS = 8 * 60_000;

/**
 * Bundles the suite of the extension host and runs it in a window on a copy of the workspace. A suite that comes to no end gives the results
 * that it has, with one of its own that says so; one that has none throws.
 */
export async function runHostSuite(workspace: string): Promise<readonly HostResult[]> {
  await promisify(execFile)(process.execPath, [join(repository, 'scripts/bundle-tests.mjs')]);
  const folder = await mkdtemp(join(tmpdir(), 'srdeploy-host-'));
  const results = join(folder, 'results.json');
  const log: string[] = [];
  let ended: (code: number) => void = () => {};
  const exit = new Promise<number>((resolve) => {
    ended = resolve;
  });
  const window = await openWindow({
    workspace,
    extension: repository,
    tests: join(repository, '.cache/e2e/host.js'),
    environment: { SRDEPLOY_HOST_RESULTS: results },
    prepare: async (page) => {
      // The two functions that VS Code calls for a window with tests.
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => log.push(args.join(' ')));
      await page.exposeFunction('codeAutomationExit', (code: number) => ended(code));
    },
  });
  try {
    const limit = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), SUITE_MS).unref());
    const code = await Promise.race([exit, limit]);
    const text = await readFile(results, 'utf8').catch(() => undefined);
    if (code === 'late' || text === undefined) await window.saveTraces('host-suite');
    if (text === undefined) {
      throw new Error(`The suite in the extension host ended with ${code} and no results:\n${log.join('\n')}`);
    }
    const found = JSON.parse(text) as readonly HostResult[];
    return code === 'late' ? [...found, late(log)] : found;
  } finally {
    await window.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const late = (log: readonly string[]): HostResult => ({
  title: 'comes to its end in time',
  durationMs: SUITE_MS,
  error: `The suite took more than ${SUITE_MS / 1000} s. The last that VS Code said:\n${log.slice(-20).join('\n')}`,
});
