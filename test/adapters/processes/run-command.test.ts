import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createProcesses } from '../../../adapters/index.ts';
import { commandEnvironment } from '../../../adapters/processes/command-environment.ts';
import { membersOf } from '../../../adapters/processes/process-rows.ts';
import {
  CancelRequest,
  type CommandEnd,
  type CommandLine,
  type CommandOutput,
  type CommandRequest,
  requestCancel,
} from '../../../core/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const processes = createProcesses('linux');
const never = new AbortController().signal;
const shell = (text: string, ...positional: string[]): CommandLine => ({ type: 'shell', text, positional });
let runs = 0;

const requestFor = (command: CommandLine, more: Partial<CommandRequest> = {}): CommandRequest => ({
  command,
  folder: tmpdir(),
  env: {},
  marker: `20260205-120000-r${String(process.pid % 1_000).padStart(3, '0')}${(runs++).toString(36).padStart(2, '0')}`,
  timeoutMs: undefined,
  inactivityMs: undefined,
  graceMs: 200,
  ...more,
});

async function read(running: AsyncGenerator<CommandOutput, CommandEnd>): Promise<{ end: CommandEnd; text: string }> {
  for (let text = ''; ; ) {
    const next = await running.next();
    if (next.done) return { end: next.value, text };
    text += next.value.text;
  }
}

const exited = (code: number) => ({ type: 'exited', code, ended: 0, keptOutputOpen: false });

describe('a command', () => {
  it('takes values as positional parameters and variables, never as text', async () => {
    const hostile = `a b'; echo "$(id)" \`id\` \\ $HOME * \n`;
    const request = requestFor(shell(`printf '%s|%s|%s' "$1" "$GIVEN" "$#"`, hostile), { env: { GIVEN: hostile } });
    expect(await read(processes.run(request, never))).toEqual({ end: exited(0), text: `${hostile}|${hostile}|1` });
    const argv: CommandLine = { type: 'argv', argv: ['printf', '%s', hostile] };
    expect((await read(processes.run(requestFor(argv), never))).text).toBe(hostile);
  });

  it('runs in its folder, without a terminal and without an input', async () => {
    const request = requestFor(shell('pwd; cat; [ -t 1 ] || echo none'), { folder: '/usr' });
    expect((await read(processes.run(request, never))).text).toBe('/usr\nnone\n');
  });

  it('does not see what was given to its host or to us alone', () => {
    const own = {
      PATH: '/bin',
      NODE_OPTIONS: '--inspect',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      SRDEPLOY_SECRET_DB: 's3cret',
      SRDEPLOY_USER: 'kim',
    };
    expect(commandEnvironment({ env: { A: '1' }, marker: 'm' }, 't', own)).toEqual({
      PATH: '/bin',
      SRDEPLOY_USER: 'kim',
      A: '1',
      SRDEPLOY_RUN: 'm',
      SRDEPLOY_PROCESS_TREE: 't',
    });
  });

  it('says why it could not start: not there, not to be executed, no such folder, words that cannot be', async () => {
    const folder = await temporaryFolder();
    const script = join(folder, 'no.sh');
    await writeFile(script, 'echo');
    await chmod(script, 0o644);
    const ends = await Promise.all(
      [
        requestFor({ type: 'argv', argv: ['./missing.sh'] }, { folder }),
        requestFor({ type: 'argv', argv: ['./no.sh'] }, { folder }),
        requestFor({ type: 'argv', argv: ['true'] }, { folder: join(folder, 'nowhere') }),
        requestFor({ type: 'argv', argv: ['true', 'a\0b'] }),
      ].map(async (request) => (await read(processes.run(request, never))).end),
    );
    expect(ends.map((end) => end.type === 'could-not-start' && end.why)).toEqual([
      'missing',
      'not-permitted',
      'missing',
      'other',
    ]);
  });

  it('says by which signal it ended', async () => {
    const { end } = await read(processes.run(requestFor(shell('kill -SEGV $$')), never));
    expect(end).toMatchObject({ type: 'signalled', signal: 'SIGSEGV' });
  });

  it('gives every byte of a flood to a slow reader, waits for it, and loses no tail', async () => {
    const request = requestFor(shell('head -c 20000000 /dev/zero | tr "\\0" x; echo; echo the end >&2; echo last'));
    const running = processes.run(request, never);
    let [length, text] = [0, ''];
    for (let n = 0; ; n++) {
      if (n % 64 === 0) await delay(1);
      const next = await running.next();
      if (next.done) break;
      length += next.value.text.length;
      text = (text + next.value.text).slice(-20);
    }
    expect(length).toBe(20_000_000 + '\nthe end\nlast\n'.length);
    expect(text).toMatch(/last\n|the end\n/);
  });

  it('never cuts a character in two', async () => {
    const request = requestFor(
      shell('i=0; while [ $i -lt 30000 ]; do printf "x\\360\\237\\230\\200"; i=$((i+1)); done'),
    );
    expect((await read(processes.run(request, never))).text).toBe('x\u{1f600}'.repeat(30_000));
  });

  it('is ended with children that left its group, its session and its environment', async () => {
    const cancel = new AbortController();
    const stubborn = "trap '' TERM; echo $$; exec sleep 60";
    // The one without an environment keeps its parent, the one without a parent its mark.
    const request = requestFor(
      shell(
        `env -i setsid /bin/sh -c "$1" & (setsid /bin/sh -c "$1" &); trap '' TERM; while :; do sleep 60; done`,
        stubborn,
      ),
    );
    const running = processes.run(request, cancel.signal);
    let pids: number[] = [];
    for (let text = ''; pids.length < 2; pids = text.split('\n').slice(0, -1).map(Number)) {
      const next = await running.next();
      if (!next.done) text += next.value.text;
    }
    expect(pids.every(isThere)).toBe(true);
    cancel.abort();
    expect((await read(running)).end).toEqual({ type: 'cancelled' });
    expect(pids.filter(isThere)).toEqual([]);
  });

  it('has no more grace once the cancel is asked for again', async () => {
    const cancel = new AbortController();
    const request = requestFor(shell("trap '' TERM; echo ready; while :; do sleep 60; done"), { graceMs: 3_600_000 });
    const running = processes.run(request, cancel.signal);
    await running.next();
    requestCancel(cancel, 'kim');
    const ended = read(running);
    expect(await Promise.race([ended, delay(300)])).toBe(undefined);
    requestCancel(cancel, 'kim');
    expect((await ended).end).toEqual({ type: 'cancelled' });
    expect(cancel.signal.reason).toBeInstanceOf(CancelRequest);
  });

  it('may clean up in its grace, and what it says then is read', async () => {
    const cancel = new AbortController();
    const text = "trap 'sleep 0.1; echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    const running = processes.run(requestFor(shell(text), { graceMs: 60_000 }), cancel.signal);
    await running.next();
    cancel.abort();
    const { end, text: said } = await read(running);
    expect(end).toEqual({ type: 'cancelled' });
    expect(said).toMatch(/cleaned\n$/);
  });

  it('leaves nothing in the background that closed its output, and tells how much was ended', async () => {
    const request = requestFor(shell('setsid sleep 60 >/dev/null 2>&1 & sleep 60 >/dev/null 2>&1 & echo done'));
    const { end } = await read(processes.run(request, never));
    expect(end).toEqual({ type: 'exited', code: 0, ended: 2, keptOutputOpen: false });
    expect(await processes.marked(request.marker)).toEqual([]);
  });

  it('is cut off from a process in the background that writes for ever', async () => {
    const request = requestFor(shell("yes & trap '' TERM; echo $!"));
    const { end } = await read(processes.run(request, never));
    expect(end).toMatchObject({ type: 'exited', code: 0, keptOutputOpen: true });
    expect(await processes.marked(request.marker)).toEqual([]);
  });

  it('that runs on its own beside it is not touched', async () => {
    const marker = requestFor(shell('')).marker;
    const other = processes.run(requestFor(shell('echo ready; exec sleep 60'), { marker }), never);
    await other.next();
    expect((await read(processes.run(requestFor(shell('true'), { marker }), never))).end).toEqual(exited(0));
    expect(await processes.marked(marker)).toHaveLength(1);
    await other.return({ type: 'cancelled' });
    expect(await processes.marked(marker)).toEqual([]);
  });
});

describe('a tree of processes', () => {
  const row = (pid: number, parent: number, group = pid, isMarked = false) => ({ pid, parent, group, isMarked });

  it('holds its first process, its group, whoever is marked, and all of their descendants', () => {
    const rows = [
      row(1, 0),
      row(10, 1),
      row(11, 10, 10),
      row(12, 1, 10),
      row(13, 11),
      row(14, 13),
      row(15, 1, 15, true),
      row(16, 15),
      row(17, 1),
    ];
    expect([...membersOf(rows, 10)].sort()).toEqual([10, 11, 12, 13, 14, 15, 16]);
    expect([...membersOf(rows, undefined)].sort()).toEqual([15, 16]);
  });

  it('never holds the process that asks', () => {
    expect(membersOf([row(process.pid, 1, 10, true), row(10, process.pid)], 10)).toEqual([10]);
  });
});

/** True for a process that lives; a zombie has ended. */
function isThere(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // There is no such process any more.
  }
}
