import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  type CommandEnd,
  type CommandLine,
  type CommandOutput,
  type CommandRequest,
  hurriedBy,
} from '../../core/index.ts';
import { errorCode } from '../durable/error-code.ts';
import { commandEnvironment, TREE_VARIABLE } from './command-environment.ts';
import { outputOf } from './command-output.ts';
import type { EndedTree } from './end-tree.ts';
import type { ProcessTable } from './process-table.ts';

/** Runs a command in a process group of its own, as the port promises. Nothing of it reads from a terminal: standard input is empty. */
export async function* runCommand(
  request: CommandRequest,
  table: ProcessTable,
  signal: AbortSignal,
): AsyncGenerator<CommandOutput, CommandEnd> {
  if (signal.aborted) return { type: 'cancelled' };
  const tree = randomUUID();
  const started = await start(request, tree);
  if (started.type !== 'started') return started;
  const { child } = started;
  const watch = watchOver(child, { request, table, mark: `${TREE_VARIABLE}=${tree}`, signal });
  let isRead = false;
  try {
    const inactivity = { ms: request.inactivityMs, onSilence: () => watch.stop('inactivity') };
    const keptOutputOpen = yield* outputOf(child, watch.over, inactivity);
    isRead = true;
    return await watch.end(keptOutputOpen);
  } finally {
    if (!isRead) {
      watch.stop('cancel');
      await watch.end(false);
    }
    watch.dispose();
    child.stdout?.destroy();
    child.stderr?.destroy();
    // One that cannot be ended must not keep this process alive.
    child.unref();
  }
}

type Started =
  | { readonly type: 'started'; readonly child: ChildProcess }
  | Extract<CommandEnd, { type: 'could-not-start' }>;

async function start(request: CommandRequest, tree: string): Promise<Started> {
  const { command } = request;
  if (command.type === 'shell' && process.platform === 'win32') {
    const message = 'There is no /bin/sh on Windows. Write the command as a list: the program, then its arguments.';
    return { type: 'could-not-start', why: 'other', message };
  }
  const [program = '', ...args] =
    command.type === 'argv' ? command.argv : ['/bin/sh', '-c', scriptOf(command), 'sh', ...(command.positional ?? [])];
  const options: SpawnOptions = {
    cwd: request.folder,
    env: commandEnvironment(request, tree),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  };
  try {
    const child = spawn(program, args, options);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    // After the start only a signal that could not be sent is an error; whoever sent it looks again.
    child.on('error', () => undefined);
    return { type: 'started', child };
  } catch (error) {
    const code = errorCode(error);
    const why = code === 'ENOENT' ? 'missing' : code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'other';
    return { type: 'could-not-start', why, message: error instanceof Error ? error.message : String(error) };
  }
}

const scriptOf = ({ prelude, text }: Extract<CommandLine, { type: 'shell' }>): string =>
  prelude === undefined ? text : `${prelude}\n${text}`;

interface Watched {
  readonly request: CommandRequest;
  readonly table: ProcessTable;
  readonly mark: string;
  readonly signal: AbortSignal;
}

type Stop = 'cancel' | 'total' | 'inactivity';

/** Ends the command when it must end, whether or not anybody reads its output meanwhile. */
function watchOver(child: ChildProcess, { request, table, mark, signal }: Watched) {
  let exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  let stopped: Stop | undefined;
  let ending: Promise<EndedTree> | undefined;
  let tellOver: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    tellOver = resolve;
  });
  const endTree = (): Promise<EndedTree> =>
    table.end(
      { root: child.pid, mark },
      { graceMs: request.graceMs, isHurried: () => hurriedBy(signal)?.aborted === true },
    );
  const stop = (why: Stop): void => {
    if (exit || stopped) return;
    stopped = why;
    ending = endTree().finally(tellOver);
    ending.catch(() => undefined); // Whoever asks for the end has the error.
  };
  const onExit = (code: number | null, by: NodeJS.Signals | null) => {
    exit = { code, signal: by };
    if (!stopped) tellOver();
  };
  if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
  else child.once('exit', onExit);
  const onAbort = () => stop('cancel');
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const timer =
    request.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop('total'), Math.min(request.timeoutMs, 2 ** 31 - 1));

  return {
    /** Resolves when it has ended by itself, or as much of it as could be ended is gone. */
    over,
    stop,
    async end(keptOutputOpen: boolean): Promise<CommandEnd> {
      await over;
      const { found, survivors } = await (ending ?? endTree());
      const after = stopped === undefined ? 'exit' : stopped === 'cancel' ? 'cancel' : 'timeout';
      if (survivors === undefined || survivors.length > 0)
        return { type: 'abandoned', after, survivors: survivors ?? [] };
      if (stopped === 'cancel') return { type: 'cancelled' };
      if (stopped) return { type: 'timeout', limit: stopped };
      const leftovers = { ended: found, keptOutputOpen };
      if (typeof exit?.code === 'number') return { type: 'exited', code: exit.code, ...leftovers };
      return { type: 'signalled', signal: exit?.signal ?? 'an unknown signal', ...leftovers };
    },
    dispose(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
