import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ConnectOptions, Limits, SqlOutcome } from '../core/index.ts';
import { MARKER_VARIABLE } from './processes/marker.ts';
import { refused } from './sql-refusal.ts';

/** From a polite end to a forced one; milliseconds. */
const TERM_GRACE = 5_000;
const LINES_KEPT = 20;

export interface DumpProcess {
  /** As people know it. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What its input says; undefined: it has none. */
  readonly input?: string;
  /** Beside what this process has itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that the program must not take over from this process. */
  readonly withheld: RegExp;
}

/**
 * Runs a vendor's program that dumps a database, in a process group of its own. What it says on its error output goes to `onNotice`, and
 * is the error where it fails; the group is ended where the time is over or the signal aborts.
 */
export function runDump(
  { name, program, args, input, environment, withheld }: DumpProcess,
  limits: Limits,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  if (signal.aborted) return Promise.resolve(refused('cancelled', 'Cancelled before it was started.'));
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: { ...inherited(withheld), ...environment, [MARKER_VARIABLE]: options.marker },
    });
    // A program that ends before it has read says why on its error output.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const stopping = stopGroup(child.pid, limits, signal);
    const lines: string[] = [];
    createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on('line', (line) => {
      options.onNotice({ severity: 'NOTICE', message: line });
      if (lines.push(line) > LINES_KEPT) lines.shift();
    });
    const finish = (outcome: SqlOutcome<void>) => {
      stopping.dispose();
      resolve(outcome);
    };
    child.on('error', (error) => finish(refused('error', `${name} could not be started: ${error.message}`)));
    child.on('close', (code, killed) => {
      const cause = stopping.cause();
      if (code === 0) finish({ type: 'done', value: undefined });
      else if (cause) finish(refused(cause, `${name} ${cause === 'timeout' ? 'took too long' : 'was cancelled'}.`));
      else
        finish(refused('error', `${name} ended with ${killed ?? `code ${code}`}: ${lines.join('\n') || 'no message'}`));
    });
  });
}

function stopGroup(pid: number | undefined, { timeoutMs }: Limits, signal: AbortSignal) {
  let cause: 'timeout' | 'cancelled' | undefined;
  let forced: NodeJS.Timeout | undefined;
  const stop = (why: 'timeout' | 'cancelled') => {
    cause ??= why;
    killGroup(pid, 'SIGTERM');
    forced ??= setTimeout(() => killGroup(pid, 'SIGKILL'), TERM_GRACE);
  };
  const onAbort = () => stop('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  const timeout =
    timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), Math.min(timeoutMs, 2 ** 31 - 1));
  return {
    cause: () => cause,
    dispose() {
      clearTimeout(timeout);
      clearTimeout(forced);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

const inherited = (withheld: RegExp): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !withheld.test(name) && !/^VSCODE_/.test(name) && name !== 'NODE_OPTIONS' && name !== 'ELECTRON_RUN_AS_NODE',
    ),
  );

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended by itself
  }
}
