import { unreachable } from '../base/unreachable.ts';
import type { Digest, RunId, TargetId } from '../model/ids.ts';
import type { NotificationEvent } from '../model/notification.ts';
import type { OperationRecord, RunRecord } from '../model/record.ts';
import type { Failure, RunEvent, RunEventBody, RunOutcome, RunStatus, Waiting } from '../model/run.ts';
import { isResumable } from '../model/run-status.ts';

/** What a message tells, whichever way it goes. Free texts are masked and on one line each. */
export interface RunNotice {
  readonly event: NotificationEvent;
  readonly run: RunId;
  readonly attempt: number;
  readonly project: string;
  readonly target: TargetId;
  readonly plan: { readonly file: string; readonly name: string; readonly digest: Digest };
  /** How the run stands; an end that is neither good nor `failed` keeps its own word. */
  readonly status: RunStatus;
  /** When it happened; ISO 8601, UTC. */
  readonly at: string;
  /** Who started this attempt. */
  readonly by: string;
  /** How long the attempt took; undefined while it goes on. */
  readonly durationMs: number | undefined;
  readonly waiting: Waiting | undefined;
  readonly failure: NoticeFailure | undefined;
  /** The run that this one takes back; only of a rollback. */
  readonly rollsBack: RunId | undefined;
  /** The command that goes on from here. */
  readonly next: string | undefined;
}

export interface NoticeFailure {
  /** The id of the operation; undefined where none is at fault. */
  readonly operation: string | undefined;
  readonly code: string;
  /** The first line. */
  readonly message: string;
}

/**
 * The notice that an event is worth; undefined for most. `record` is the run with the event folded in. A change of what is recorded of a
 * target deploys nothing, and nobody is told of it.
 */
export function notificationOf(
  event: RunEvent,
  record: RunRecord,
  redact: (text: string) => string,
): RunNotice | undefined {
  const told = notificationEventOf(event);
  if (told === undefined || record.purpose.type === 'history') return undefined;
  const attempt = record.attempts.find((one) => one.attempt === event.attempt);
  const line = (text: string) => oneLine(redact(text));
  const status = statusAfter(event);
  return {
    event: told,
    run: record.id,
    attempt: event.attempt,
    project: line(record.project),
    target: record.target,
    plan: { file: line(record.planFile), name: line(record.planName), digest: record.planDigest },
    status,
    at: event.at,
    by: line(attempt?.by ?? record.by),
    durationMs:
      event.type === 'run.finished' && attempt ? Date.parse(event.at) - Date.parse(attempt.startedAt) : undefined,
    waiting: 'waiting' in event ? lineWaiting(event.waiting, line) : undefined,
    failure: event.type === 'run.finished' ? failureOf(event, record, line) : undefined,
    rollsBack: record.purpose.type === 'roll_back' ? record.purpose.of : undefined,
    next: nextCommand(event, record.id, status),
  };
}

/** What people are told when this happens; undefined for most. Time ends a wait for the next try, so that nobody need know of it. */
export function notificationEventOf(event: RunEventBody): NotificationEvent | undefined {
  switch (event.type) {
    case 'attempt.started':
      return 'started';
    case 'run.waiting':
    case 'operation.waiting':
      return event.waiting.reason === 'retry' ? undefined : 'waiting';
    case 'run.finished':
      return outcomeEvent(event.outcome);
    default:
      return undefined;
  }
}

function outcomeEvent(outcome: RunOutcome): NotificationEvent {
  switch (outcome) {
    case 'succeeded':
    case 'rolled_back':
      return outcome;
    case 'failed':
    case 'cancelled':
    case 'unknown':
    case 'rollback_partial':
      return 'failed';
    default:
      return unreachable(outcome);
  }
}

function statusAfter(event: RunEvent): RunStatus {
  if (event.type === 'run.finished') return event.outcome;
  return event.type === 'attempt.started' ? 'running' : 'waiting';
}

function failureOf(
  { outcome, failure }: { readonly outcome: RunOutcome; readonly failure?: Failure },
  { operations }: RunRecord,
  line: (text: string) => string,
): NoticeFailure | undefined {
  if (outcome === 'succeeded' || outcome === 'rolled_back') return undefined;
  const failed = operations.filter((one) => one.failure && isAtFault(one));
  const operation = failed.find((one) => one.failure?.code === failure?.code) ?? failed[0];
  const told = failure ?? operation?.failure;
  return (
    told && { operation: operation && line(operation.id), code: told.code, message: line(firstLine(told.message)) }
  );
}

const isAtFault = ({ status }: OperationRecord): boolean =>
  status === 'failed' || status === 'unknown' || status === 'cancelled';

const firstLine = (text: string): string => /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';

const lineWaiting = (waiting: Waiting, line: (text: string) => string): Waiting =>
  waiting.reason === 'pause' ? { ...waiting, message: line(waiting.message) } : waiting;

function nextCommand(event: RunEvent, run: RunId, status: RunStatus): string | undefined {
  if ('waiting' in event) return `srdeploy ${event.waiting.reason === 'approval' ? 'approve' : 'continue'} ${run}`;
  return isResumable(status) ? `srdeploy resume ${run}` : undefined;
}

const longestLine = 300;

/** On one line, without what drives a terminal or turns the reading direction, and cut where it is long. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > longestLine ? `${characters.slice(0, longestLine - 1).join('')}…` : line;
}
