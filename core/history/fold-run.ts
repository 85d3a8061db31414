import type { OperationId } from '../model/ids.ts';
import type { OperationRecord, RunRecord } from '../model/record.ts';
import type { RunEvent } from '../model/run.ts';
import { foldEvent } from './fold-event.ts';
import { foldOperation, isOperationEvent } from './fold-operation.ts';

/** What a journal says of its run; undefined where it does not begin with `run.created`. Linear in the number of events. */
export function foldRun(events: Iterable<RunEvent>): RunRecord | undefined {
  const folder = createRunFolder();
  for (const event of events) folder.add(event);
  return folder.record();
}

/** A record that grows with the journal: one more event costs the same however many operations the run has. */
export interface RunFolder {
  /** Folds one more event in; an event that was folded in before changes nothing. */
  add(event: RunEvent): void;
  /** The record so far, as a value that later events leave alone; undefined before `run.created`. Linear in the operations. */
  record(): RunRecord | undefined;
  /** One operation as it stands. */
  operation(id: OperationId): OperationRecord | undefined;
  /** The record without its operations, which may be behind: for what does not depend on them. */
  head(): Omit<RunRecord, 'operations'> | undefined;
}

/** Begins with a record that was folded before, or with nothing. */
export function createRunFolder(before?: RunRecord): RunFolder {
  let head = before;
  let operations: OperationRecord[] = [...(before?.operations ?? [])];
  let places = placesOf(operations);
  const renew = (record: RunRecord | undefined) => {
    head = record;
    operations = [...(record?.operations ?? [])];
    places = placesOf(operations);
  };
  const record = (): RunRecord | undefined => head && { ...head, operations: [...operations] };
  return {
    add(event) {
      if (!head || !isOperationEvent(event)) {
        if (head && event.type === 'operation.output') head = withSeq(head, event);
        else renew(foldEvent(record(), event));
        return;
      }
      if (event.seq <= head.lastSeq) return;
      const place = places.get(event.operation);
      const operation = place === undefined ? undefined : operations[place];
      if (place !== undefined && operation) operations[place] = foldOperation(operation, event);
      head = { ...head, lastSeq: event.seq };
    },
    record,
    operation: (id) => operations[places.get(id) ?? -1],
    head: () => head,
  };
}

const withSeq = (head: RunRecord, { seq }: RunEvent): RunRecord =>
  seq <= head.lastSeq ? head : { ...head, lastSeq: seq };

const placesOf = (operations: readonly OperationRecord[]): Map<OperationId, number> =>
  new Map(operations.map(({ id }, place) => [id, place]));
