import type { AttemptRecord, OperationRecord, RecordEnd, RunRecord } from '../model/record.ts';
import type { PlannedOperation, RunEvent } from '../model/run.ts';
import { foldOperation, inFlightOf, reopenOperation } from './fold-operation.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

/**
 * The record after one more event. Pure and incremental; output costs nothing but the new `lastSeq`. An event that was folded in
 * before changes nothing, so a stretch may be folded twice; an unknown type counts as seen.
 */
export function foldEvent(record: RunRecord | undefined, event: RunEvent): RunRecord | undefined {
  if (!record) return event.type === 'run.created' ? createdRecord(event) : undefined;
  if (event.seq <= record.lastSeq) return record;
  return { ...record, ...changeOf(record, event), lastSeq: event.seq };
}

function createdRecord(event: EventOf<'run.created'>): RunRecord {
  return {
    id: event.run,
    planDigest: event.planDigest,
    planFile: event.planFile,
    planName: event.planName,
    project: event.project,
    target: event.target,
    by: event.by,
    createdAt: event.at,
    purpose: event.purpose ?? { type: 'deploy' },
    fleet: event.fleet,
    end: { type: 'open' },
    waiting: undefined,
    failure: undefined,
    cancelRequested: false,
    attempts: [],
    operations: event.operations.map(pendingOperation),
    lastSeq: event.seq,
  };
}

const pendingOperation = ({ id, type, name, phase, database }: PlannedOperation): OperationRecord => ({
  id,
  type,
  name,
  phase,
  ...(database !== undefined && { database }),
  status: 'pending',
  attempts: 0,
  startedAt: undefined,
  durationMs: undefined,
  detail: undefined,
  failure: undefined,
  waiting: undefined,
  announced: false,
});

function changeOf(record: RunRecord, event: RunEvent): Partial<RunRecord> {
  switch (event.type) {
    case 'attempt.started':
      return attemptChange(record, event);
    case 'plan.amended':
      return {
        planDigest: event.to,
        attempts: record.attempts.map((one) =>
          one.attempt === event.attempt ? { ...one, planDigest: event.to } : one,
        ),
      };
    case 'run.waiting':
      return { waiting: event.waiting };
    // The lock is asked for only when nothing else is waited for.
    case 'lock.waiting':
    case 'lock.acquired':
      return { waiting: undefined };
    case 'operation.intent':
    case 'operation.started':
    case 'operation.waiting':
    case 'operation.continued':
    case 'operation.finished':
      return {
        operations: record.operations.map((one) => (one.id === event.operation ? foldOperation(one, event) : one)),
      };
    case 'cancel.requested':
      return { cancelRequested: true };
    case 'run.finished':
      return finishedChange(record, event);
    default:
      // Output, approvals, what became of the lock, and types that a later version writes: shown from the journal, not recorded.
      return {};
  }
}

/** A new attempt opens the record again: what the last one waited for, failed with or was asked to stop for is over. */
function attemptChange(record: RunRecord, event: EventOf<'attempt.started'>): Partial<RunRecord> {
  const inFlight = inFlightOf(record.operations);
  const attempt: AttemptRecord = {
    attempt: event.attempt,
    startedAt: event.at,
    by: event.by,
    end: { type: 'open' },
    planDigest: event.planDigest,
    ...(event.pace && { pace: event.pace }),
    ...(event.config && { config: event.config }),
  };
  return {
    planDigest: event.planDigest,
    end: { type: 'open' },
    waiting: undefined,
    failure: undefined,
    cancelRequested: false,
    attempts: [...record.attempts, attempt],
    operations: record.operations.map((one) => reopenOperation(one, one === inFlight)),
  };
}

function finishedChange(record: RunRecord, event: EventOf<'run.finished'>): Partial<RunRecord> {
  const end: RecordEnd = { type: 'finished', outcome: event.outcome, at: event.at };
  return {
    end,
    waiting: undefined,
    failure: event.failure,
    attempts: record.attempts.map((one) => (one.attempt === event.attempt ? { ...one, end } : one)),
    // What was announced and not started when the attempt ended was not begun.
    operations: record.operations.map((one) => (one.announced ? { ...one, announced: false } : one)),
  };
}
