import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { temporaryFolder } from './temporary-folder.ts';

/** Bundles a script of the tests as the product is bundled, so that real processes can run it. Its path below `test/`. */
export async function bundledScript(path: string): Promise<string> {
  const outfile = join(await temporaryFolder(), 'script.js');
  const root = resolve(import.meta.dirname, '../..');
  await build({
    absWorkingDir: root,
    entryPoints: [join('test', path)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['pg-native', '@photostructure/sqlite', 'node:sqlite'],
    logLevel: 'error',
  });
  return outfile;
}

/** Runs a bundled script in a process of its own. */
export const startScript = (script: string, args: readonly string[]): ChildProcess =>
  fork(script, [...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });

/** The next message of a script; rejects where it ends without one. */
export function messageOf(child: ChildProcess): Promise<unknown> {
  const err: string[] = [];
  child.stderr?.on('data', (data) => err.push(String(data)));
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('close', (code) => reject(new Error(`The script ended with ${code}: ${err.join('')}`)));
  });
}

/** What a script wrote; rejects where it failed. */
export async function outputOf(child: ChildProcess): Promise<string> {
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (data) => out.push(String(data)));
  child.stderr?.on('data', (data) => err.push(String(data)));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`The script ended with ${code ?? signal}: ${err.join('')}`);
  return out.join('').trim();
}
