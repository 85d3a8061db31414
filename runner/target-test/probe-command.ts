import { type CommandEnd, type CommandLine, type CommandOutput, commandText, type World } from '../../core/index.ts';
import type { ProbeLimits, TargetProbe } from './probe.ts';

export interface CommandToProbe {
  readonly command: CommandLine;
  /** Absolute. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly marker: string;
}

/** Characters of output that are kept for the detail, from its end. */
const keptOutput = 2_000;
const graceMs = 2_000;

/** Runs the target's own test, which exits with 0 where the target can be reached. */
export async function probeCommand(
  probed: CommandToProbe,
  { processes, clock }: Pick<World, 'processes' | 'clock'>,
  { timeoutMs, signal }: ProbeLimits,
): Promise<TargetProbe> {
  const begun = clock.monotonicMs();
  const running = processes.run({ ...probed, timeoutMs, inactivityMs: undefined, graceMs }, signal);
  const { end, output } = await endOf(running);
  const latencyMs = end.type === 'exited' ? clock.monotonicMs() - begun : undefined;
  const { outcome, detail } = judged(end, timeoutMs);
  const last = lastLine(output);
  const isTold = outcome === 'failed' && last !== '';
  const at = commandText(probed.command);
  return { way: 'command', at, outcome, latencyMs, detail: isTold ? `${detail}: ${last}` : detail };
}

async function endOf(
  running: AsyncGenerator<CommandOutput, CommandEnd>,
): Promise<{ readonly end: CommandEnd; readonly output: string }> {
  let output = '';
  for (;;) {
    const next = await running.next();
    if (next.done) return { end: next.value, output };
    output = (output + next.value.text).slice(-keptOutput);
  }
}

const lastLine = (output: string): string =>
  output
    .trimEnd()
    .split(/[\r\n]/)
    .at(-1)
    ?.trim() ?? '';

function judged(end: CommandEnd, timeoutMs: number): Pick<TargetProbe, 'outcome' | 'detail'> {
  switch (end.type) {
    case 'exited':
      return { outcome: end.code === 0 ? 'reached' : 'failed', detail: `exited with ${end.code}` };
    case 'signalled':
      return { outcome: 'failed', detail: `was ended by ${end.signal}` };
    case 'timeout':
      return { outcome: 'failed', detail: `took longer than ${timeoutMs / 1_000} s, and was ended` };
    case 'cancelled':
      return { outcome: 'cancelled', detail: 'cancelled' };
    case 'could-not-start':
      return { outcome: 'failed', detail: `could not be started: ${end.message}` };
    case 'abandoned':
      return { outcome: 'failed', detail: `processes of it could not be ended: ${end.survivors.join(', ')}` };
  }
}
