import type { OperationId } from '../model/ids.ts';

/** Answers of people while a run goes on, whichever way they come: control socket, terminal, flag. */
export interface Operator {
  /** Resolves with who continued the operation; with undefined when the signal aborts first. */
  continued(operation: OperationId, signal: AbortSignal): Promise<string | undefined>;
  /** Resolves when an approval was recorded, so that the store is worth reading again, or when the signal aborts. */
  approved(signal: AbortSignal): Promise<void>;
}
