import type { OperationRecord } from '../model/record.ts';

/** An attempt broke off in the operation, or ended without knowing what became of it; one that failed is known to have failed. */
export const isUnsettled = (before: OperationRecord | undefined): boolean =>
  before !== undefined &&
  (before.status === 'unknown' ||
    (!before.failure && (before.announced || before.status === 'running' || before.status === 'waiting')));
