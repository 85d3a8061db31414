import type { RunEvent, Waiting } from '../../core/index.ts';
import { safeText } from './safe-text.ts';

/** An event as lines of a log, each with the time in UTC; `named` puts the operation before its lines. */
export function logLines(event: RunEvent, named: boolean): string[] {
  const time = event.at.slice(11, 19);
  return textsOf(event, named).map((text) => `${time} ${safeText(text)}`);
}

function textsOf(event: RunEvent, named: boolean): string[] {
  switch (event.type) {
    case 'run.created':
      return [`run ${event.run} of ${event.planName} on ${event.target}`];
    case 'attempt.started':
      return [`attempt ${event.attempt} by ${event.by}`];
    case 'plan.amended':
      return [`amended: ${event.amendments.map(({ script }) => script).join(', ')}`];
    case 'run.waiting':
      return [waitingText(event.waiting)];
    case 'approval.recorded':
      return [`approved by ${event.by}${event.comment ? `: ${event.comment}` : ''}`];
    case 'lock.waiting':
      return [`waiting for the target: held by ${event.holder.holder.who} with run ${event.holder.run}`];
    case 'lock.taken-over':
      return [`took the target over from ${event.from.holder.who}: ${event.reason}`];
    case 'operation.started':
      return [`${event.operation} started${event.try > 1 ? ` (try ${event.try})` : ''}`];
    case 'operation.output':
      return event.lines.map(
        ({ stream, text, continues }) =>
          `${named ? `${event.operation} ` : ''}${stream === 'info' ? '' : `${stream}: `}${text}${continues ? '…' : ''}`,
      );
    case 'operation.waiting':
      return [`${event.operation} ${waitingText(event.waiting)}`];
    case 'operation.continued':
      return [`${event.operation} continued by ${event.by}`];
    case 'operation.finished': {
      const why = event.failure?.message ?? event.detail;
      return [`${event.operation} ${event.outcome}${why ? `: ${why}` : ''}`];
    }
    case 'cancel.requested':
      return [`cancel asked for by ${event.by}`];
    case 'run.finished':
      return [`run ${event.outcome}${event.failure ? `: ${event.failure.message}` : ''}`];
    default:
      return [];
  }
}

function waitingText(waiting: Waiting): string {
  switch (waiting.reason) {
    case 'approval':
      return `waiting for approval: ${waiting.approvals} of ${waiting.needed}`;
    case 'pause':
      return `waiting: ${waiting.message}`;
    case 'retry':
      return `failed; try ${waiting.nextTry} in ${waiting.delaySec} s`;
  }
}
