import type { OperationRecord, RunRecord } from '../model/record.ts';

/**
 * The first operation that has not succeeded, in the plan's order: what a resume goes on with after the pre-checks; undefined where
 * all are done. Skipped and nothing-to-do count as done. Spec: rulings, "Resume".
 */
export const firstUnfinished = (record: RunRecord): OperationRecord | undefined =>
  record.operations.find(({ status }) => status !== 'succeeded' && status !== 'skipped' && status !== 'nothing-to-do');
