import { createRunFolder, type OperationId, operationView, type RunEvent, type RunRecord } from '../core/index.ts';
import { eventLines, type Telling } from './text/event-lines.ts';
import { type LineWidths, lineWidths, operationLine } from './text/operation-line.ts';

export interface ProgressOptions extends Pick<Telling, 'paint' | 'commands'> {
  readonly out: NodeJS.WriteStream;
  /** The record before this attempt, when the run is resumed or followed. */
  readonly record: RunRecord | undefined;
}

/** Shows a run as it happens: one line a step, the log below it, and on a terminal a live line with the elapsed time. */
export interface RunProgress {
  show(event: RunEvent): void;
  stop(): void;
}

/** How often the live line is drawn, in milliseconds. */
const tickMs = 250;

export function createRunProgress({ out, paint, record: before, commands }: ProgressOptions): RunProgress {
  const folder = createRunFolder(before);
  let widths: LineWidths | undefined;
  let stoppedAt: string | undefined;
  /** What runs, and since when; the last one has the live line. */
  const running = new Map<OperationId, number>();
  const isLive = out.isTTY === true;

  const clear = () => {
    if (isLive && running.size > 0) out.write('\r\u001b[K');
  };
  const lineOf = (id: OperationId, elapsedMs?: number): string => {
    const operation = folder.operation(id);
    widths ??= lineWidths(folder.record()?.operations ?? []);
    return operation ? operationLine(operationView(operation, operation.status), widths, elapsedMs, paint) : '';
  };
  const draw = () => {
    const last = [...running].at(-1);
    if (!isLive || !last) return;
    const line = lineOf(last[0], Date.now() - last[1]);
    out.write(`\r${cut(line, out.columns || 80)}\u001b[K`);
  };
  const timer = isLive ? setInterval(draw, tickMs) : undefined;
  timer?.unref();

  return {
    show(event) {
      folder.add(event);
      clear();
      if (event.type === 'operation.started') running.set(event.operation, Date.now());
      if (event.type === 'operation.finished') {
        running.delete(event.operation);
        if (event.outcome !== 'succeeded') stoppedAt = event.operation;
      }
      const lines = eventLines(event, { paint, record: folder.record, lineOf, stoppedAt, commands });
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
      draw();
    },
    stop() {
      if (timer) clearInterval(timer);
      clear();
      running.clear();
    },
  };
}

/** At most so many characters on the screen; colours count for nothing and are closed again. */
function cut(line: string, columns: number): string {
  const plain = line.replace(/\u001b\[\d+m/g, '');
  return plain.length < columns ? line : `${plain.slice(0, Math.max(0, columns - 2))}…`;
}
