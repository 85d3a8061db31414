import type { OperationId } from '../model/ids.ts';
import type { OperationRecord, RunRecord } from '../model/record.ts';
import type { RunEventBody } from '../model/run.ts';

/** A failed step that a person leaves out on resume. */
export interface Skip {
  readonly operation: OperationId;
  readonly reason: string;
}

/** Why an operation may not be skipped; undefined where it may. Only failed or cancelled steps; never a check. Spec: rulings, "Resume". */
export function whyNotSkip(record: RunRecord, { operation: id, reason }: Skip): string | undefined {
  const operation = record.operations.find((one) => one.id === id);
  if (!operation) {
    const known = record.operations.filter(isSkippable).map((one) => one.id);
    return `The run has no step "${id}". ${known.length > 0 ? `It may skip: ${known.join(', ')}.` : 'It has no failed step.'}`;
  }
  if (operation.phase !== 'step') return `"${id}" is a check; a failed check is never skipped.`;
  if (operation.status === 'unknown') return `It is not known whether "${id}" was done; resume settles that first.`;
  if (!isSkippable(operation)) return `"${id}" has not failed; only a failed step can be skipped.`;
  return reason.trim() === '' ? `Skipping "${id}" needs a reason.` : undefined;
}

const isSkippable = ({ phase, status }: OperationRecord): boolean =>
  phase === 'step' && (status === 'failed' || status === 'cancelled');

/** The event that says so in the journal. */
export const skipped = ({ operation, reason }: Skip, by: string, attempts: number): RunEventBody => ({
  type: 'operation.finished',
  operation,
  try: attempts,
  outcome: 'skipped',
  durationMs: 0,
  detail: `skipped by ${by}: ${reason}`,
  final: true,
});

/** The record as the operations of the attempt see it. */
export const withSkips = (record: RunRecord, skips: readonly Skip[]): RunRecord => ({
  ...record,
  operations: record.operations.map((one) =>
    skips.some(({ operation }) => operation === one.id) ? { ...one, status: 'skipped' } : one,
  ),
});
