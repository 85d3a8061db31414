import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { StartReply, StartRequest } from '../protocol/index.ts';
import { jsonLine, readJsonLines } from './control/json-lines.ts';

/** Starts the detached runner, hands it plan and secrets on standard input, and waits for its one line of answer. Spec: design, "Client → runner". */
export async function startDetached(request: StartRequest, dist: string, env: NodeJS.ProcessEnv): Promise<StartReply> {
  const child = spawn(process.execPath, [join(dist, 'runner.js'), 'start'], {
    cwd: request.project,
    detached: true,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  child.stdin.on('error', () => undefined); // It ended before it read: its answer, or that there is none, tells why.
  child.stdin.end(jsonLine(request));
  const first = await Promise.race([readJsonLines(child.stdout).next(), failed]);
  child.stdout.destroy();
  child.unref();
  if (first.done) throw new Error(`The runner ended without an answer (exit ${child.exitCode ?? child.signalCode}).`);
  return first.value as StartReply;
}
