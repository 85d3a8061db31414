import { isMutating } from '../model/operation.ts';
import type { OperationRecord } from '../model/record.ts';
import type { OperationStatus, RunEvent } from '../model/run.ts';

export type OperationEvent = Extract<
  RunEvent,
  {
    readonly type:
      | 'operation.intent'
      | 'operation.started'
      | 'operation.waiting'
      | 'operation.continued'
      | 'operation.finished';
  }
>;

/** True for the events that change what is recorded of one operation. */
export const isOperationEvent = (event: RunEvent): event is OperationEvent =>
  event.type === 'operation.intent' ||
  event.type === 'operation.started' ||
  event.type === 'operation.waiting' ||
  event.type === 'operation.continued' ||
  event.type === 'operation.finished';

/** The operation after one of its events. A failure stands until the next try is announced. */
export function foldOperation(operation: OperationRecord, event: OperationEvent): OperationRecord {
  switch (event.type) {
    case 'operation.intent':
      return {
        ...operation,
        status: operation.status === 'pending' ? 'pending' : 'running',
        detail: undefined,
        failure: undefined,
        waiting: undefined,
        announced: true,
      };
    case 'operation.started':
      return {
        ...operation,
        status: 'running',
        attempts: operation.attempts + 1,
        startedAt: event.at,
        waiting: undefined,
        announced: false,
      };
    case 'operation.waiting':
      return { ...operation, status: 'waiting', waiting: event.waiting };
    case 'operation.continued':
      return { ...operation, status: 'running', waiting: undefined };
    case 'operation.finished':
      return {
        ...operation,
        status: event.final ? event.outcome : 'running',
        durationMs: event.durationMs,
        detail: event.detail,
        failure: event.failure,
        waiting: undefined,
        announced: false,
      };
  }
}

/** The operation that a runner was at when it went silent: started and not ended, else the first that it had announced. */
export const inFlightOf = (operations: readonly OperationRecord[]): OperationRecord | undefined =>
  operations.find(({ status }) => status === 'running' || status === 'waiting') ??
  operations.find(({ status, announced }) => announced && status === 'pending');

/**
 * The operation as the next attempt of its run finds it. Checks run again. A step that the dead attempt left in flight is unknown
 * where it may have changed the target, else pending; between two tries it is what the last try came to. The rest stays.
 */
export function reopenOperation(operation: OperationRecord, isInFlight: boolean): OperationRecord {
  const status = operation.phase === 'step' ? reopenedStatus(operation, isInFlight) : 'pending';
  if (status === operation.status && !operation.announced) return operation;
  if (status !== 'pending') return { ...operation, status, waiting: undefined, announced: false };
  return {
    ...operation,
    status,
    announced: false,
    startedAt: undefined,
    durationMs: undefined,
    detail: undefined,
    failure: undefined,
    waiting: undefined,
  };
}

function reopenedStatus(operation: OperationRecord, isInFlight: boolean): OperationStatus {
  const isOpen = operation.status === 'running' || operation.status === 'waiting' || isInFlight;
  if (!isOpen) return operation.status;
  if (operation.failure) return 'failed';
  return isMutating(operation) ? 'unknown' : 'pending';
}
