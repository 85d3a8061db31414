import type { OperationId } from '../model/ids.ts';

/** Answers of people while a run goes on, whichever way they come: control socket, terminal, flag. */
export interface Operator {
  /** Resolves with who continued the operation; rejects with the signal's reason when it aborts. */
  continued(operation: OperationId, signal: AbortSignal): Promise<string>;
  /** Resolves when an approval was recorded, so that the store is worth reading again. */
  approved(signal: AbortSignal): Promise<void>;
}
