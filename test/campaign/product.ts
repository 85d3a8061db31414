import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How a command of the product ended. `hung`: it did not, and was killed by the campaign. */
export interface Ended {
  readonly words: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly hung: boolean;
}

/** A command that goes on. */
export interface Going {
  readonly words: readonly string[];
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  isOver(): boolean;
}

export interface ProductOptions {
  /** The folder with `cli.js` and `runner.js`. */
  readonly dist: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** No command of a case takes this long. */
const PATIENCE_MS = 60_000;

/** Starts the command line that ships. */
export function startProduct(words: readonly string[], { dist, cwd, env }: ProductOptions): Going {
  const child = spawn(process.execPath, [join(dist, 'cli.js'), ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, hung, over] = ['', '', false, false];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const watchdog = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, PATIENCE_MS);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      over = true;
      // What the command has left behind may keep its output open.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, 5_000).unref();
    });
    child.once('close', (code, signal) => {
      clearTimeout(watchdog);
      resolve({ words, code, signal, stdout, stderr, hung });
    });
  });
  return { words, child, ended, isOver: () => over };
}

export const product = (words: readonly string[], options: ProductOptions): Promise<Ended> =>
  startProduct(words, options).ended;

/** Processes that carry the marker of one of these runs. */
export function markedProcesses(runs: readonly string[]): number[] {
  const markers = new Set(runs.map((run) => `SRDEPLOY_RUN=${run}`));
  return allProcesses().filter((pid) => environmentOf(pid).some((entry) => markers.has(entry)));
}

export const isAlive = (pid: number): boolean => {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat !== '' && !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
};

const allProcesses = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const environmentOf = (pid: number): string[] => readOrNothing(`/proc/${pid}/environ`).split('\0');

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // It ended in between, or is not ours.
  }
}

/** Sends a signal; false where the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Waits until it holds, at most so long; whether it came to hold. */
export async function until(holds: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean> {
  let pause = 4;
  for (const end = performance.now() + atMostMs; performance.now() < end; pause = Math.min(pause * 2, 100)) {
    if (await holds()) return true;
    await delay(pause);
  }
  return await holds();
}
