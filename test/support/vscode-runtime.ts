import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The VS Code that tests run: the Node binary to start it with and the server's main module, both absolute. */
export interface VscodeRuntime {
  readonly version: string;
  readonly node: string;
  readonly server: string;
}

/** The repository's root folder. */
export const repository = join(import.meta.dirname, '../..');

/** Finds the VS Code for tests and installs it first where it is missing; throws with the installer's words where that fails. */
export async function vscodeRuntime(): Promise<VscodeRuntime> {
  const script = join(repository, 'scripts/vscode-runtime.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 15 * 60_000 });
  return JSON.parse(stdout) as VscodeRuntime;
}
