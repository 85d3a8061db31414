// Runs other programs for the scripts: in a process group of their own, with a time limit, standard input closed.
import { spawn } from 'node:child_process';

const GRACE_MS = 5_000;
const live = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of live) endGroup(child, 'SIGKILL');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}
process.once('exit', () => {
  for (const child of live) endGroup(child, 'SIGKILL');
});

/**
 * Runs a program to its end. `output: 'inherit'` shows what it prints, `'capture'` returns it. After the time limit the whole group is
 * ended, gently first; what the program leaves running in its group is ended with it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, cwd?: string, env?: NodeJS.ProcessEnv, output?: 'inherit' | 'capture' }} options
 * @returns {Promise<{ ok: boolean, code: number | undefined, timedOut: boolean, output: string, reason: string }>}
 */
export function run(command, args, { timeoutMs, cwd, env, output = 'inherit' }) {
  return new Promise((resolve) => {
    const stdio = output === 'inherit' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio, detached: true });
    live.add(child);
    let text = '';
    let timedOut = false;
    const collect = (chunk) => {
      text += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    const limit = setTimeout(() => {
      timedOut = true;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS).unref();
    }, timeoutMs);
    const settle = (code, reason) => {
      clearTimeout(limit);
      endGroup(child, 'SIGKILL');
      live.delete(child);
      resolve({ ok: code === 0 && !timedOut, code, timedOut, output: text, reason });
    };
    child.once('error', (error) => settle(undefined, `${command} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      const reason = timedOut
        ? `${command} was ended after ${Math.round(timeoutMs / 1000)} s`
        : `${command} ended with ${code === null ? signal : `exit code ${code}`}`;
      // The pipes may hold the last words; they close once the group is gone.
      if (output === 'capture') {
        endGroup(child, 'SIGKILL');
        child.once('close', () => settle(code ?? undefined, reason));
      } else settle(code ?? undefined, reason);
    });
  });
}

/** Like {@link run}, but throws with the program's last words where it fails; returns what it printed. */
export async function runOrThrow(command, args, options) {
  const result = await run(command, args, { output: 'capture', ...options });
  if (!result.ok) throw new Error(`${result.reason}\n${result.output.slice(-4000)}`);
  return result.output;
}

function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group is gone already, which is what we want.
  }
}
