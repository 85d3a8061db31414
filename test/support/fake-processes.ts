import type { CommandEnd, CommandOutput, CommandRequest, Processes, ProcessIdentity } from '../../core/index.ts';

/** What a command of the fake does. */
export interface FakeCommand {
  readonly writes?: readonly CommandOutput[];
  /** Its exit code; 0 unless it says otherwise. */
  readonly code?: number;
  /** It does not end by itself: it is ended by its time limit, by its silence, or by a cancel. */
  readonly goesOn?: true;
  /** Processes that it leaves in the background. */
  readonly leaves?: number;
  /** Processes of it cannot be ended. */
  readonly survives?: true;
  /** What it does besides, when it has started. */
  readonly does?: (request: CommandRequest) => unknown;
}

export interface FakeProcesses extends Processes {
  /** Processes that live now; this one is among them. */
  readonly living: ProcessIdentity[];
  /** Process numbers by the marker in their environment, this one left out. */
  readonly marks: Map<string, readonly number[]>;
  /** Ends a process, as `kill -9` does. */
  kill(pid: number): void;
  /** Commands by their words, or by their text for the shell; every other one is not there. */
  readonly commands: Map<string, FakeCommand>;
  /** What was started, in order. */
  readonly started: readonly CommandRequest[];
}

export const fakeIdentity = (pid: number, changes: Partial<ProcessIdentity> = {}): ProcessIdentity => ({
  host: 'host-a',
  bootId: 'boot-1',
  pid,
  startTime: String(pid * 100),
  ...changes,
});

/** Processes of one host in memory; those of another host are unknown. */
export function fakeProcesses(self: ProcessIdentity = fakeIdentity(100)): FakeProcesses {
  const living: ProcessIdentity[] = [self];
  const marks = new Map<string, readonly number[]>();
  const commands = new Map<string, FakeCommand>();
  const started: CommandRequest[] = [];
  let nextPid = 1_000;
  const kill = (pid: number) => {
    living.splice(0, living.length, ...living.filter((one) => one.pid !== pid));
    for (const [marker, pids] of marks) {
      marks.set(
        marker,
        pids.filter((one) => one !== pid),
      );
    }
  };

  async function* run(request: CommandRequest, signal: AbortSignal): AsyncGenerator<CommandOutput, CommandEnd> {
    if (signal.aborted) return { type: 'cancelled' };
    const word = request.command.type === 'argv' ? request.command.argv.join(' ') : request.command.text;
    const command = commands.get(word);
    if (!command) return { type: 'could-not-start', why: 'missing', message: `spawn ${word} ENOENT` };
    started.push(request);
    const pid = nextPid++;
    marks.set(request.marker, [...(marks.get(request.marker) ?? []), pid]);
    let isGone = false;
    try {
      await command.does?.(request);
      for (const output of command.writes ?? []) yield output;
      const stopped = command.goesOn ? await stopOf(request, signal) : undefined;
      isGone = true;
      if (command.survives) {
        const after = stopped === undefined ? 'exit' : stopped === 'cancel' ? 'cancel' : 'timeout';
        return { type: 'abandoned', after, survivors: [pid] };
      }
      kill(pid);
      if (stopped === 'cancel') return { type: 'cancelled' };
      if (stopped) return { type: 'timeout', limit: stopped };
      const ended = command.leaves ?? 0;
      return { type: 'exited', code: command.code ?? 0, ended, keptOutputOpen: ended > 0 };
    } finally {
      if (!isGone) kill(pid);
    }
  }

  return {
    living,
    marks,
    kill,
    commands,
    started,
    run,
    endMarked: async (marker) => {
      for (const pid of marks.get(marker) ?? []) kill(pid);
      return [];
    },
    self: async () => self,
    liveness: async (asked) => {
      if (asked.host !== self.host) return 'unknown';
      if (asked.bootId !== self.bootId) return 'gone';
      return living.some((one) => one.pid === asked.pid && one.startTime === asked.startTime) ? 'alive' : 'gone';
    },
    marked: async (marker) => marks.get(marker) ?? [],
  };
}

/** No time passes here: a limit that is there is reached, and without one only a cancel comes. */
async function stopOf(request: CommandRequest, signal: AbortSignal): Promise<'total' | 'inactivity' | 'cancel'> {
  if (signal.aborted) return 'cancel';
  if (request.inactivityMs !== undefined) return 'inactivity';
  if (request.timeoutMs !== undefined) return 'total';
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return 'cancel';
}
