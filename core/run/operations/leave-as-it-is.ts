import type { IrreversibleOperation } from '../../model/operation.ts';
import { irreversibleText } from '../../plan/irreversible-text.ts';
import type { OperationResult } from '../operation-result.ts';

/** A step that has no way back is skipped; that a person confirmed it was asked before the run began. Spec: rulings, "Rollback". */
export const leaveAsItIs = (operation: IrreversibleOperation): OperationResult => ({
  outcome: 'skipped',
  retryable: false,
  detail: `left as it is: ${irreversibleText(operation)}`,
});
