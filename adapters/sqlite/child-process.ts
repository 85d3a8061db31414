import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Notice } from '../../core/index.ts';
import { MARKER_VARIABLE } from '../processes/marker.ts';
import {
  type CallName,
  type ChildAnswer,
  type ChildCalls,
  DRIVER_VARIABLE,
  type FromChild,
  type ToChild,
} from './child-protocol.ts';
import { CHANNEL, createFrameReader, toFrame } from './frames.ts';
import type { SqliteChild } from './sqlite-child.ts';

/** `died`: the process went away with the call in flight, or before it. */
export type CallResult<K extends CallName> = ChildAnswer<K> | { readonly type: 'died'; readonly message: string };

/** One process that serves one SQLite database. */
export interface ChildHandle {
  /** Sends one call; calls are answered in their order. `onAnswer` is told before anything else that the process says. */
  call<K extends CallName>(
    call: K,
    input: ChildCalls[K]['in'],
    onAnswer?: (result: CallResult<K>) => void,
  ): Promise<CallResult<K>>;
  /** The statement of a script that the call in flight has begun, as far as the child tells. */
  statement(): number | undefined;
  /** Kills it and waits until it is gone: whatever it had not committed is rolled back. */
  kill(): Promise<void>;
  isAlive(): boolean;
  /** Whether it has switched the file to write-ahead logging and not back; also after its end. */
  hasWrittenAhead(): boolean;
  /** Whether this process lives on for as long as it does. */
  hold(isHeld: boolean): void;
}

const STDERR_KEPT = 4_000;

/** Starts the process; resolves at once, and the first call waits for it to be ready. */
export function startChild(program: SqliteChild, marker: string, onNotice: (notice: Notice) => void): ChildHandle {
  // Detached, so that Ctrl-C at the terminal reaches the runner alone, which then cancels in good order.
  const child = spawn(process.execPath, ['-'], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: childEnvironment(program, marker),
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  // A process that ends before it has read its program says why when it exits.
  child.stdin?.on('error', () => {});
  child.stdin?.end(program.childSource);

  const unanswered: ((result: CallResult<CallName>) => void)[] = [];
  let death: string | undefined;
  let statement: number | undefined;
  const finish = (result: CallResult<CallName>) => {
    statement = undefined;
    unanswered.shift()?.(result);
  };
  const exited = new Promise<void>((resolve) => {
    const die = (message: string) => {
      death ??= message;
      while (unanswered.length > 0) finish({ type: 'died', message: death });
      resolve();
    };
    child.on('error', (error) => die(`The process for SQLite could not be started: ${error.message}`));
    child.on('exit', (code, signal) => die(deathMessage(code, signal, stderr)));
  });
  const channel = child.stdio[CHANNEL] as Duplex;
  // A channel that is gone shows in the exit of the process.
  channel.on('error', () => {});
  let isReady = false;
  let hasWrittenAhead = false;
  const ready = new Promise<void>((resolve) => {
    const frames = createFrameReader();
    channel.on('data', (piece: Buffer) => {
      frames.add(piece);
      for (let frame = frames.next(); frame; frame = frames.next()) {
        const message = frame.message as FromChild;
        if (message.type === 'ready') resolve();
        if (message.type === 'notice') onNotice(message.notice);
        if (message.type === 'written-ahead') hasWrittenAhead = message.on;
        if (message.type === 'statement') statement = message.index;
        if (message.type === 'answer') finish(message.answer);
      }
    });
  }).then(() => {
    isReady = true;
  });

  return {
    async call<K extends CallName>(
      call: K,
      input: ChildCalls[K]['in'],
      onAnswer?: (result: CallResult<K>) => void,
    ): Promise<CallResult<K>> {
      // Once only: every race would leave its mark on the promise of the exit.
      if (!isReady) await Promise.race([ready, exited]);
      if (death !== undefined) return { type: 'died', message: death };
      const result = new Promise<CallResult<K>>((resolve) => {
        unanswered.push((answer) => {
          onAnswer?.(answer as CallResult<K>);
          resolve(answer as CallResult<K>);
        });
      });
      channel.write(toFrame({ call, input } as ToChild, true));
      return result;
    },
    statement: () => statement,
    isAlive: () => death === undefined,
    hasWrittenAhead: () => hasWrittenAhead,
    hold(isHeld) {
      for (const one of [child, child.stderr as Socket | null, channel as Socket]) isHeld ? one?.ref() : one?.unref();
    },
    async kill() {
      if (death === undefined) child.kill('SIGKILL');
      await exited;
      release(child);
    },
  };
}

function childEnvironment(program: SqliteChild, marker: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('VSCODE_'));
  return {
    ...Object.fromEntries(kept),
    ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }),
    ...(program.driverPath && { [DRIVER_VARIABLE]: program.driverPath }),
    NODE_NO_WARNINGS: '1',
    [MARKER_VARIABLE]: marker,
  };
}

function deathMessage(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  const lines = stderr.trim().split('\n');
  const last = lines.find((line) => /\b\w*Error\b.*:/.test(line)) ?? lines.at(-1);
  return `The process that holds the SQLite database ${how}${last && `: ${last}`}.`;
}

function release(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stderr?.destroy();
  (child.stdio[CHANNEL] as Duplex | undefined)?.destroy();
}
