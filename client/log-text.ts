import type { RunEvent } from '../core/index.ts';
import { durationText, lookOf, operationStatusLooks, runStatusLooks } from '../protocol/index.ts';

const COLOURS = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;

/** A run's whole log as text: a line a fact, output indented below its operation, colours taken out. */
export function logText(events: Iterable<RunEvent>): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  for (const event of events) {
    if (event.type === 'run.created') for (const { id, name } of event.operations) names.set(id, name);
    lines.push(...linesOf(event, (id) => names.get(id) ?? id));
  }
  return lines.length === 0 ? 'Nothing has been logged yet.\n' : `${lines.join('\n')}\n`;
}

function linesOf(event: RunEvent, nameOf: (id: string) => string): readonly string[] {
  const at = event.at.slice(11, 23);
  switch (event.type) {
    case 'run.created':
      return [
        `${event.planName} → ${event.target}`,
        `run ${event.run}, plan ${event.planDigest.slice(0, 12)}, created by ${event.by} ${event.at} (times are UTC)`,
      ];
    case 'attempt.started':
      return ['', `${at}  attempt ${event.attempt} by ${event.by} on ${event.host}`];
    case 'plan.amended':
      return [`${at}  amended: ${event.amendments.map(({ script }) => script).join(', ')}`];
    case 'run.waiting':
      return [`${at}  waiting: ${event.waiting.reason}`];
    case 'approval.recorded':
      return [`${at}  approved by ${event.by}${event.comment ? `: ${event.comment}` : ''}`];
    case 'lock.waiting':
      return [`${at}  waiting for the lock of ${event.holder.holder.who}`];
    case 'lock.taken-over':
      return [`${at}  lock taken over from ${event.from.holder.who}: ${event.reason}`];
    case 'lock.lost':
      return [`${at}  lock lost: ${event.reason}`];
    case 'operation.started':
      return ['', `${at}  ${nameOf(event.operation)}${event.try > 1 ? `, try ${event.try}` : ''}`];
    case 'operation.output':
      return event.lines.map(({ text, continues }) => `    ${text.replace(COLOURS, '')}${continues ? '…' : ''}`);
    case 'operation.waiting':
      return [`${at}  waiting: ${event.waiting.reason === 'pause' ? event.waiting.message : event.waiting.reason}`];
    case 'operation.continued':
      return [`${at}  continued by ${event.by}`];
    case 'operation.finished':
      return finishedLines(event, at, nameOf);
    case 'cancel.requested':
      return [`${at}  cancel requested by ${event.by}`];
    case 'run.finished':
      return [
        '',
        `${at}  run ${lookOf(runStatusLooks, event.outcome).word}${event.failure ? `: ${event.failure.message}` : ''}`,
      ];
    default:
      // Intents and locks that were simply taken and given back say nothing to a reader of the log.
      return [];
  }
}

function finishedLines(
  event: Extract<RunEvent, { readonly type: 'operation.finished' }>,
  at: string,
  nameOf: (id: string) => string,
): readonly string[] {
  const { word } = lookOf(operationStatusLooks, event.outcome);
  const detail = event.detail ? `, ${event.detail}` : '';
  const failure = event.failure;
  const place = failure?.file
    ? ` (${[failure.file, failure.line, failure.column].filter((part) => part).join(':')})`
    : '';
  return [
    `${at}  ${nameOf(event.operation)}: ${word} after ${durationText(event.durationMs)}${detail}`,
    ...(failure ? [`    ${failure.message}${place}`] : []),
    ...(failure?.statement ? failure.statement.split('\n').map((line) => `    | ${line}`) : []),
  ];
}
