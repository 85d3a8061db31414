import { foldEvent, type RunEvent, type RunRecord, runView } from '../core/index.ts';
import { failureLines, lineWidths, operationLine } from './text/operation-line.ts';
import type { Paint } from './text/paint.ts';
import { safeLine, safeText } from './text/safe-text.ts';

export interface ProgressOptions {
  readonly out: NodeJS.WriteStream;
  readonly paint: Paint;
  /** The record before this attempt, when the run is resumed or followed. */
  readonly record: RunRecord | undefined;
  /** How a person continues or resumes; printed where it is needed. */
  readonly commands: { readonly continue: string; readonly resume: string };
}

/** Shows a run as it happens: one line a step, the log below it, and on a terminal a live line with the elapsed time. */
export interface RunProgress {
  show(event: RunEvent): void;
  stop(): void;
}

export function createRunProgress({ out, paint, record: before, commands }: ProgressOptions): RunProgress {
  let record = before;
  let stoppedAt: string | undefined;
  let live: { readonly operation: string; readonly since: number } | undefined;
  const isLive = out.isTTY === true;

  const clear = () => {
    if (isLive && live) out.write('\r\u001b[K');
  };
  const print = (...lines: readonly string[]) => {
    clear();
    for (const line of lines) out.write(`${line}\n`);
    draw();
  };
  const lineOf = (id: string, elapsedMs?: number): string => {
    const view = record && runView(record, 'live');
    const operation = view?.operations.find((one) => one.id === id);
    return view && operation ? operationLine(operation, lineWidths(view.operations), elapsedMs, paint) : '';
  };
  const draw = () => {
    if (!isLive || !live) return;
    const line = lineOf(live.operation, Date.now() - live.since);
    out.write(`\r${cut(line, out.columns || 80)}\u001b[K`);
  };
  const timer = isLive ? setInterval(draw, 250) : undefined;
  timer?.unref();

  return {
    show(event) {
      record = foldEvent(record, event) ?? record;
      switch (event.type) {
        case 'run.created':
          return print(paint('strong', safeLine(event.planName)), `Run ${event.run} on ${event.target}`, '');
        case 'attempt.started':
          return event.attempt > 1
            ? print(`Attempt ${event.attempt} of run ${record?.id}`, ...doneLines(), '')
            : undefined;
        case 'plan.amended':
          return print(`  Amended: ${event.amendments.map(({ script }) => safeLine(script)).join(', ')}`);
        case 'run.waiting':
          return event.waiting.reason === 'approval'
            ? print(paint('attention', `  Waiting for approval: ${event.waiting.approvals} of ${event.waiting.needed}`))
            : undefined;
        case 'approval.recorded':
          return print(`  Approved by ${safeText(event.by)}${event.comment ? `: ${safeText(event.comment)}` : ''}`);
        case 'lock.waiting': {
          const { who, process: held } = event.holder.holder;
          return print(
            paint(
              'attention',
              `  Waiting for the target: held by ${safeText(who)} (process ${held.pid}) with run ${event.holder.run} since ${event.holder.acquiredAt}`,
            ),
          );
        }
        case 'lock.taken-over':
          return print(`  Took the target over from ${safeText(event.from.holder.who)}: ${event.reason}`);
        case 'lock.lost':
          return print(paint('bad', `  The lease was lost: ${safeText(event.reason)}`));
        case 'operation.started':
          live = { operation: event.operation, since: Date.now() };
          return draw();
        case 'operation.output':
          return print(
            ...event.lines.map(({ stream, text }) =>
              paint('quiet', `      ${stream === 'info' ? '' : '› '}${safeText(text)}`),
            ),
          );
        case 'operation.waiting':
          return print(...waitingLines(event.operation, event.waiting));
        case 'operation.finished':
          clear();
          live = undefined;
          if (event.outcome !== 'succeeded') stoppedAt = event.operation;
          return print(
            lineOf(event.operation),
            ...(event.failure && event.outcome !== 'succeeded' ? failureLines(event.failure, paint) : []),
          );
        case 'cancel.requested':
          return print(paint('attention', `  Cancelling, as asked by ${safeText(event.by)}…`));
        case 'run.finished':
          return print(...endLines(event));
        default:
          return undefined;
      }
    },
    stop() {
      if (timer) clearInterval(timer);
      clear();
      live = undefined;
    },
  };

  function doneLines(): string[] {
    const done =
      before?.operations.filter(
        ({ phase, status }) => phase === 'step' && (status === 'succeeded' || status === 'nothing-to-do'),
      ) ?? [];
    return done.length === 0
      ? []
      : [paint('quiet', `  Done before, skipped now: ${done.map(({ id }) => safeLine(id)).join(', ')}`)];
  }

  function waitingLines(
    operation: string,
    waiting: Extract<RunEvent, { type: 'operation.waiting' }>['waiting'],
  ): string[] {
    if (waiting.reason === 'retry')
      return [paint('attention', `      Try ${waiting.nextTry} in ${waiting.delaySec} s`)];
    if (waiting.reason === 'pause') {
      return [
        paint('attention', `  ‖ ${safeLine(operation)}  ${safeText(waiting.message)}`),
        `      Continue with: ${commands.continue}`,
      ];
    }
    return [];
  }

  /** Where a run stopped: " at step 4 of 6". */
  function where(): string {
    const steps = record?.operations.filter(({ phase }) => phase === 'step') ?? [];
    const index = steps.findIndex(({ id, status }) => id === stoppedAt && status !== 'nothing-to-do');
    return index === -1 ? '' : ` at step ${index + 1} of ${steps.length}`;
  }

  function endLines(event: Extract<RunEvent, { type: 'run.finished' }>): string[] {
    const ink = event.outcome === 'succeeded' ? 'good' : event.outcome === 'cancelled' ? 'attention' : 'bad';
    const why = event.failure ? `: ${safeText(event.failure.message)}` : '';
    const resume = event.outcome === 'succeeded' ? [] : [`Resume with: ${commands.resume}`];
    return ['', paint(ink, `Run ${event.outcome.replace('_', ' ')}${where()}${why}`), ...resume];
  }
}

/** At most so many characters on the screen; colours count for nothing and are closed again. */
function cut(line: string, columns: number): string {
  const plain = line.replace(/\u001b\[\d+m/g, '');
  return plain.length < columns ? line : `${plain.slice(0, Math.max(0, columns - 2))}…`;
}
