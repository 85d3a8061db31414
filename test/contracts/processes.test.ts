import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createProcesses } from '../../adapters/index.ts';
import {
  CancelRequest,
  type CommandEnd,
  type CommandLine,
  type CommandOutput,
  type CommandRequest,
  type Processes,
  type ProcessIdentity,
} from '../../core/index.ts';
import { type FakeCommand, fakeIdentity, fakeProcesses } from '../support/fake-processes.ts';

interface Subject {
  readonly processes: Processes;
  /** Ends a process that lived and tells who it was. */
  readonly ended: () => Promise<ProcessIdentity>;
  readonly command: (name: CommandName) => CommandLine;
}

const stubborn = "trap '' TERM; while :; do sleep 60; done";

/** The commands of the suite: for the shell, and for the fake. Each that goes on says `ready` first. */
const commandsOf = {
  speaks: [
    "printf 'gr\\303\\274n\\n'; echo oops >&2; exit 3",
    { code: 3, writes: [out('gr\u00fcn\n'), err('oops\n')] },
  ],
  isSilent: ['sleep 60', { goesOn: true }],
  goesOn: ['echo ready; sleep 60', { goesOn: true, writes: [out('ready\n')] }],
  ignoresTerm: [`sh -c "${stubborn}" & echo ready; ${stubborn}`, { goesOn: true, writes: [out('ready\n')] }],
  escapes: [
    `setsid sh -c "${stubborn}" & setsid sh -c "echo ready; exec sleep 60"`,
    { goesOn: true, writes: [out('ready\n')] },
  ],
  leavesBehind: ['sleep 60 & echo done', { leaves: 1, writes: [out('done\n')] }],
} as const satisfies Record<string, readonly [string, FakeCommand]>;

type CommandName = keyof typeof commandsOf;

function out(text: string): CommandOutput {
  return { stream: 'stdout', text };
}

function err(text: string): CommandOutput {
  return { stream: 'stderr', text };
}

const shell = (name: CommandName): CommandLine => ({ type: 'shell', text: commandsOf[name][0] });

let runs = 0;
const requestFor = (command: CommandLine, more: Partial<CommandRequest> = {}): CommandRequest => ({
  command,
  folder: tmpdir(),
  env: {},
  marker: `20260205-120000-c${String(process.pid % 1_000).padStart(3, '0')}${(runs++).toString(36).padStart(2, '0')}`,
  timeoutMs: undefined,
  inactivityMs: undefined,
  graceMs: 100,
  ...more,
});

const never = new AbortController().signal;

async function read(
  running: AsyncGenerator<CommandOutput, CommandEnd>,
  onOutput: (output: CommandOutput) => void = () => undefined,
): Promise<{ end: CommandEnd; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (;;) {
    const next = await running.next();
    if (next.done) return { end: next.value, ...texts };
    texts[next.value.stream] += next.value.text;
    onOutput(next.value);
  }
}

const subjects: readonly (readonly [string, () => Promise<Subject>])[] = [
  [
    'the fake',
    async () => {
      const processes = fakeProcesses();
      const other = fakeIdentity(200);
      processes.living.push(other);
      for (const [text, command] of Object.values(commandsOf)) processes.commands.set(text, command);
      return {
        processes,
        command: shell,
        ended: async () => {
          processes.kill(200);
          return other;
        },
      };
    },
  ],
  [
    'this machine',
    async () => {
      const processes = createProcesses();
      const self = await processes.self();
      return {
        processes,
        command: shell,
        ended: async () => {
          const child = spawn(process.execPath, ['-e', '']);
          await once(child, 'exit');
          return { ...self, pid: Number(child.pid) };
        },
      };
    },
  ],
];

describe.each(subjects)('processes: %s', (_, make) => {
  it('know this one, the same each time, and that it lives', async () => {
    const { processes } = await make();
    const self = await processes.self();
    expect(await processes.self()).toEqual(self);
    expect(await processes.liveness(self)).toBe('alive');
  });

  it('know that a process is gone that ended, was there before a restart, or lent its number to another', async () => {
    const { processes, ended } = await make();
    const self = await processes.self();
    expect(await processes.liveness(await ended())).toBe('gone');
    expect(await processes.liveness({ ...self, bootId: 'another boot' })).toBe('gone');
    expect(await processes.liveness({ ...self, startTime: '1' })).toBe('gone');
  });

  it('know nothing of another host', async () => {
    const { processes } = await make();
    const self = await processes.self();
    expect(await processes.liveness({ ...self, host: 'elsewhere' })).toBe('unknown');
    expect(await processes.liveness({ ...self, host: 'elsewhere', bootId: 'another boot' })).toBe('unknown');
  });

  it('find nothing that carries a marker nobody gave', async () => {
    expect(await (await make()).processes.marked('20260205-120000-zzzzzz')).toEqual([]);
  });

  it('run a command and give its output, decoded, each stream on its own, and its exit code', async () => {
    const { processes, command } = await make();
    const ran = await read(processes.run(requestFor(command('speaks')), never));
    expect(ran).toEqual({
      end: { type: 'exited', code: 3, ended: 0, keptOutputOpen: false },
      stdout: 'gr\u00fcn\n',
      stderr: 'oops\n',
    });
  });

  it('say that there is no such program', async () => {
    const { processes } = await make();
    const nothing: CommandLine = { type: 'argv', argv: ['no-such-program-anywhere', 'x'] };
    const { end } = await read(processes.run(requestFor(nothing), never));
    expect(end).toMatchObject({ type: 'could-not-start', why: 'missing' });
  });

  it('start nothing where the signal is aborted already', async () => {
    const { processes, command } = await make();
    const { end } = await read(processes.run(requestFor(command('goesOn')), AbortSignal.abort()));
    expect(end).toEqual({ type: 'cancelled' });
  });

  it.each(['goesOn', 'ignoresTerm', 'escapes'] as const)(
    'leave nothing behind of a command that %s and is cancelled',
    async (name) => {
      const { processes, command } = await make();
      const cancel = new AbortController();
      const request = requestFor(command(name));
      let before: readonly number[] = [];
      const { end } = await read(processes.run(request, cancel.signal), () => {
        void processes.marked(request.marker).then((pids) => {
          before = pids;
          cancel.abort(new CancelRequest('kim'));
        });
      });
      expect(end).toEqual({ type: 'cancelled' });
      expect(before.length).toBeGreaterThan(0);
      expect(await processes.marked(request.marker)).toEqual([]);
    },
  );

  it('end a command that takes too long, and one that is silent for too long', async () => {
    const { processes, command } = await make();
    const late = requestFor(command('ignoresTerm'), { timeoutMs: 300 });
    expect((await read(processes.run(late, never))).end).toEqual({ type: 'timeout', limit: 'total' });
    const silent = requestFor(command('isSilent'), { inactivityMs: 100 });
    expect((await read(processes.run(silent, never))).end).toEqual({ type: 'timeout', limit: 'inactivity' });
    expect([...(await processes.marked(late.marker)), ...(await processes.marked(silent.marker))]).toEqual([]);
  });

  it('end what a command leaves in the background, and say so', async () => {
    const { processes, command } = await make();
    const request = requestFor(command('leavesBehind'));
    const { end, stdout } = await read(processes.run(request, never));
    expect(end).toEqual({ type: 'exited', code: 0, ended: 1, keptOutputOpen: true });
    expect(stdout).toBe('done\n');
    expect(await processes.marked(request.marker)).toEqual([]);
  });

  it('end the command of a reader that goes away', async () => {
    const { processes, command } = await make();
    const request = requestFor(command('escapes'));
    for await (const _ of processes.run(request, never)) break;
    expect(await processes.marked(request.marker)).toEqual([]);
  });

  it('end everything that carries a marker', async () => {
    const { processes, command } = await make();
    const request = requestFor(command('escapes'));
    const running = processes.run(request, never);
    await running.next();
    expect((await processes.marked(request.marker)).length).toBeGreaterThan(0);
    expect(await processes.endMarked(request.marker, 50)).toEqual([]);
    expect(await processes.marked(request.marker)).toEqual([]);
    await running.return({ type: 'cancelled' });
  });
});
