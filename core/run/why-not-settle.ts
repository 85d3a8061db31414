import type { RunRecord } from '../model/record.ts';
import type { Settlement } from './attempt-request.ts';

/** Why a person's word on a statement in flight cannot be taken; undefined where it can. Whether one was in flight is the target's to say. */
export function whyNotSettle(record: RunRecord, { operation: id, reason }: Settlement): string | undefined {
  const operation = record.operations.find((one) => one.id === id);
  if (!operation) {
    const open = record.operations.filter(({ type, status }) => type === 'migration' && !isDone(status));
    const known = open.map((one) => one.id);
    return `The run has no step "${id}". ${known.length > 0 ? `Migrations that are not done: ${known.join(', ')}.` : 'All its migrations are done.'}`;
  }
  if (operation.type !== 'migration') return `"${id}" is not a migration: no statement of it can be in flight.`;
  if (isDone(operation.status)) return `"${id}" is done: there is nothing to settle.`;
  return reason.trim() === '' ? `Settling "${id}" needs a reason.` : undefined;
}

const isDone = (status: string): boolean =>
  status === 'succeeded' || status === 'nothing-to-do' || status === 'skipped';
