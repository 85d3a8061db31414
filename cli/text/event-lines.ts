import type { OperationId, RunEvent, RunRecord, Waiting } from '../../core/index.ts';
import { failureLines } from './operation-line.ts';
import type { Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';

/** What an event is told with: the record with the event in it, and how a person goes on. */
export interface Telling {
  readonly paint: Paint;
  readonly record: () => RunRecord | undefined;
  /** The line of an operation as it stands. */
  readonly lineOf: (operation: OperationId) => string;
  /** The operation that ended this attempt, if one did. */
  readonly stoppedAt: string | undefined;
  readonly commands: { readonly continue: string; readonly resume: string };
}

/** An event as lines for people who follow the run; none where it shows in the live line alone. */
export function eventLines(event: RunEvent, telling: Telling): string[] {
  const { paint } = telling;
  switch (event.type) {
    case 'run.created':
      return [paint('strong', safeLine(event.planName)), `Run ${event.run} on ${event.target}`, ''];
    case 'attempt.started':
      return event.attempt > 1 ? attemptLines(event.attempt, telling) : [];
    case 'plan.amended':
      return [`  Amended: ${event.amendments.map(({ script }) => safeLine(script)).join(', ')}`];
    case 'run.waiting':
      return waitingLines('', event.waiting, telling);
    case 'approval.recorded':
      return [`  Approved by ${safeText(event.by)}${event.comment ? `: ${safeText(event.comment)}` : ''}`];
    case 'operation.output':
      return outputLines(event, telling);
    case 'operation.waiting':
      return waitingLines(event.operation, event.waiting, telling);
    case 'operation.finished':
      return [
        telling.lineOf(event.operation),
        ...(event.failure && event.outcome !== 'succeeded' ? failureLines(event.failure, paint) : []),
      ];
    case 'cancel.requested':
      return [paint('attention', `  Cancelling, as asked by ${safeText(event.by)}…`)];
    case 'run.finished':
      return endLines(event, telling);
    default:
      return lockLines(event, paint);
  }
}

/** Where several run beside one another, each line says whose it is. */
function outputLines(
  { operation, lines }: Extract<RunEvent, { type: 'operation.output' }>,
  { paint, record }: Telling,
): string[] {
  const isAlone = (record()?.operations.filter(({ status }) => status === 'running').length ?? 0) < 2;
  const whose = isAlone ? '' : `${safeLine(operation)} `;
  return lines.map(({ stream, text, continues }) =>
    paint('quiet', `      ${whose}${stream === 'info' ? '' : '› '}${safeText(text)}${continues ? '…' : ''}`),
  );
}

function lockLines(event: RunEvent, paint: Paint): string[] {
  if (event.type === 'lock.waiting') {
    const { who, process: held } = event.holder.holder;
    const since = `with run ${event.holder.run} since ${event.holder.acquiredAt}`;
    return [paint('attention', `  Waiting for the target: held by ${safeText(who)} (process ${held.pid}) ${since}`)];
  }
  if (event.type === 'lock.taken-over')
    return [`  Took the target over from ${safeText(event.from.holder.who)}: ${event.reason}`];
  return event.type === 'lock.lost' ? [paint('bad', `  The lease was lost: ${safeText(event.reason)}`)] : [];
}

function attemptLines(attempt: number, telling: Telling): string[] {
  const { paint } = telling;
  const record = telling.record();
  const done = (record?.operations ?? []).filter(
    ({ phase, status }) => phase === 'step' && (status === 'succeeded' || status === 'nothing-to-do'),
  );
  const skipped = `  Done before, skipped now: ${done.map(({ id }) => safeLine(id)).join(', ')}`;
  return [`Attempt ${attempt} of run ${record?.id}`, ...(done.length === 0 ? [] : [paint('quiet', skipped)]), ''];
}

function waitingLines(operation: string, waiting: Waiting, { paint, commands }: Telling): string[] {
  switch (waiting.reason) {
    case 'approval':
      return [paint('attention', `  Waiting for approval: ${waiting.approvals} of ${waiting.needed}`)];
    case 'retry':
      return [paint('attention', `      Try ${waiting.nextTry} in ${waiting.delaySec} s`)];
    case 'pause':
      return [
        paint('attention', `  ‖ ${safeLine(operation)}  ${safeText(waiting.message)}`),
        `      Continue with: ${commands.continue}`,
      ];
  }
}

function endLines(event: Extract<RunEvent, { type: 'run.finished' }>, telling: Telling): string[] {
  const isGood = event.outcome === 'succeeded' || event.outcome === 'rolled_back';
  const ink = isGood ? 'good' : event.outcome === 'cancelled' ? 'attention' : 'bad';
  const why = event.failure ? `: ${safeText(event.failure.message)}` : '';
  const resume = isGood ? [] : [`Resume with: ${telling.commands.resume}`];
  return [
    '',
    telling.paint(ink, `Run ${event.outcome.replace('_', ' ')}${isGood ? '' : where(telling)}${why}`),
    ...resume,
  ];
}

/** Where a run stopped: " at step 4 of 6". */
function where({ record, stoppedAt }: Telling): string {
  const steps = record()?.operations.filter(({ phase }) => phase === 'step') ?? [];
  const index = steps.findIndex(({ id, status }) => id === stoppedAt && status !== 'nothing-to-do');
  return index === -1 ? '' : ` at step ${index + 1} of ${steps.length}`;
}
