import type { OperationRecord } from '../model/record.ts';
import type { OperationStatus, RunEvent } from '../model/run.ts';

type OperationEvent = Extract<
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

/**
 * The operation after one of its events. From its intent on it counts as running, since nobody can tell how far a runner came that
 * died after announcing it. A failure stands until the next try is announced.
 */
export function foldOperation(operation: OperationRecord, event: OperationEvent): OperationRecord {
  switch (event.type) {
    case 'operation.intent':
      return { ...operation, status: 'running', detail: undefined, failure: undefined, waiting: undefined };
    case 'operation.started':
      return {
        ...operation,
        status: 'running',
        attempts: operation.attempts + 1,
        startedAt: event.at,
        waiting: undefined,
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
      };
  }
}

/**
 * The operation as the next attempt of its run finds it. Checks run again. A step that the dead attempt left in flight is unknown
 * where it may have changed the target, else pending; between two tries it is what the last try came to. The rest stays.
 */
export function reopenOperation(operation: OperationRecord): OperationRecord {
  const status = operation.phase === 'step' ? reopenedStatus(operation) : 'pending';
  if (status === operation.status) return operation;
  if (status !== 'pending') return { ...operation, status, waiting: undefined };
  return {
    ...operation,
    status,
    startedAt: undefined,
    durationMs: undefined,
    detail: undefined,
    failure: undefined,
    waiting: undefined,
  };
}

function reopenedStatus(operation: OperationRecord): OperationStatus {
  if (operation.status !== 'running' && operation.status !== 'waiting') return operation.status;
  if (operation.failure) return 'failed';
  return operation.type === 'migration' ? 'unknown' : 'pending';
}
