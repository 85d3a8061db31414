import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { CommandOutput } from '../../core/index.ts';

/** Once the command is over, its output is waited for this long: a process in the background may hold it open for ever. */
const drainMs = 2_000;
/** More than a pipe can hold when its writer ends: what comes beyond it is from somebody who goes on. */
const drainBytes = 4 * 1_024 * 1_024;

/**
 * The output of a command as it is asked for: what is not asked for stays in the pipe and makes the command wait. Ends with the streams, or
 * soon after `over`; true where it was then still open.
 */
export async function* outputOf(
  child: Pick<ChildProcess, 'stdout' | 'stderr'>,
  over: Promise<void>,
  inactivity: { readonly ms: number | undefined; readonly onSilence: () => void },
): AsyncGenerator<CommandOutput, boolean> {
  const bell = createBell();
  const sources = [sourceOf('stdout', child.stdout, bell.ring), sourceOf('stderr', child.stderr, bell.ring)];
  let isOver = false;
  void over.then(() => {
    isOver = true;
    bell.ring();
  });
  let [waitedMs, readBytes] = [0, 0];
  for (;;) {
    let hasRead = false;
    for (const source of sources) {
      const chunk = source.read();
      if (!chunk) continue;
      hasRead = true;
      if (isOver) readBytes += chunk.bytes;
      if (chunk.text !== '') yield { stream: source.stream, text: chunk.text };
    }
    if (sources.every((source) => source.isEnded())) return false;
    if (isOver && (waitedMs >= drainMs || readBytes > drainBytes)) return true;
    if (hasRead) continue;
    const wasOver = isOver;
    const limitMs = wasOver ? drainMs - waitedMs : inactivity.ms;
    const from = performance.now();
    const isRung = await bell.heard(limitMs);
    if (wasOver) waitedMs += performance.now() - from;
    else if (!isRung) inactivity.onSilence();
  }
}

/** Wakes who waits; a ring that nobody waited for is not lost. */
function createBell() {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring: (): void => {
      isRung = true;
      wake?.();
    },
    /** False where it was not rung in time. */
    async heard(withinMs: number | undefined): Promise<boolean> {
      let timer: NodeJS.Timeout | undefined;
      if (!isRung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (withinMs !== undefined) timer = setTimeout(resolve, Math.max(0, withinMs));
        });
      }
      clearTimeout(timer);
      wake = undefined;
      const was = isRung;
      isRung = false;
      return was;
    },
  };
}

function sourceOf(stream: CommandOutput['stream'], from: Readable | null, ring: () => void) {
  const decoder = new StringDecoder('utf8');
  let isEnded = from === null;
  let hasRest = true;
  const end = () => {
    isEnded = true;
    ring();
  };
  from?.on('readable', ring).once('end', end).once('close', end).once('error', end);
  return {
    stream,
    /** True once everything was read. */
    isEnded: (): boolean => isEnded && !hasRest,
    read(): { readonly text: string; readonly bytes: number } | undefined {
      const chunk: Buffer | null = from?.readable ? from.read() : null;
      if (chunk) return { text: decoder.write(chunk), bytes: chunk.length };
      if (!isEnded || !hasRest) return undefined;
      hasRest = false;
      return { text: decoder.end(), bytes: 0 };
    },
  };
}
