import { isCommandType, isMutating } from '../model/operation.ts';
import type { RunRecord } from '../model/record.ts';
import type { Settlement } from './attempt-request.ts';
import { isUnsettled } from './is-unsettled.ts';

/** Why a person's word on a statement in flight, or on a command that an attempt broke off in, cannot be taken; undefined where it can. Whether one was in flight is the target's to say. */
export function whyNotSettle(record: RunRecord, { operation: id, reason }: Settlement): string | undefined {
  const operation = record.operations.find((one) => one.id === id);
  if (!operation) {
    const open = record.operations.filter((one) => isMutating(one) && !isDone(one.status));
    const known = open.map((one) => one.id);
    return `The run has no step "${id}". ${known.length > 0 ? `Migrations and commands that are not done: ${known.join(', ')}.` : 'All its migrations and commands are done.'}`;
  }
  if (!isMutating(operation))
    return `"${id}" is neither a migration nor a command: it changes nothing that could be half done.`;
  if (isDone(operation.status)) return `"${id}" is done: there is nothing to settle.`;
  if (isCommandType(operation.type) && !isUnsettled(operation))
    return `It is known how far "${id}" came: it is ${operation.status}. Resume runs it again.`;
  return reason.trim() === '' ? `Settling "${id}" needs a reason.` : undefined;
}

const isDone = (status: string): boolean =>
  status === 'succeeded' || status === 'nothing-to-do' || status === 'skipped';
