import { spawn } from 'node:child_process';
import type {
  ApproveReply,
  ApproveRequest,
  ChangeTargetReply,
  ChangeTargetRequest,
  ErrorView,
  StartReply,
  StartRequest,
} from '../protocol/index.ts';
import { readJsonLines } from './json-lines.ts';

const ANSWER_MS = 60_000;

/** Environment in which VS Code's own binary is a plain Node. */
export const nodeEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, ELECTRON_RUN_AS_NODE: '1' });

/** Starts a run in a process of its own that outlives this window. Secrets go by standard input, never by argument. */
export const startRun = (runner: string, request: StartRequest): Promise<StartReply> =>
  askRunner<StartReply>(runner, 'start', request, true);

/** Records an approval of a run, bound to its plan's digest. */
export const recordApproval = (runner: string, request: ApproveRequest): Promise<ApproveReply> =>
  askRunner<ApproveReply>(runner, 'approve', request, false);

/** Adds, changes or removes a target in the deploy config of a project. */
export const changeTarget = (runner: string, request: ChangeTargetRequest): Promise<ChangeTargetReply> =>
  askRunner<ChangeTargetReply>(runner, 'target', request, false);

type Refusal = { readonly type: 'refused'; readonly error: ErrorView };

function askRunner<Reply>(
  runner: string,
  verb: 'start' | 'approve' | 'target',
  request: StartRequest | ApproveRequest | ChangeTargetRequest,
  detached: boolean,
): Promise<Reply | Refusal> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [runner, verb], {
      cwd: request.project,
      detached,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      env: nodeEnvironment(),
    });
    const settle = (reply: Reply | Refusal): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.unref();
      resolve(reply);
    };
    const timer = setTimeout(() => settle(refusal(`The runner gave no answer in ${ANSWER_MS / 1000} s.`)), ANSWER_MS);
    readJsonLines(
      child.stdout,
      (message) => settle(message as Reply),
      (line) => settle(refusal(`The runner answered in words of another version: ${line.slice(0, 200)}`)),
    );
    child.on('error', (error) => settle(refusal(`The runner could not be started: ${error.message}`)));
    child.on('close', (code) => settle(refusal(`The runner ended with code ${code} before it answered.`)));
    // The runner may end before it has read everything; then `close` says so.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(request)}\n`);
  });
}

const refusal = (message: string): Refusal => ({
  type: 'refused',
  error: { code: 'RUNNER_UNAVAILABLE', message, exitCode: 1 },
});
