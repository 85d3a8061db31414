import type { OperationId, Operator } from '../../core/index.ts';

export interface FakeOperator extends Operator {
  /** Continues an operation; before or after somebody waits for it. */
  continue(operation: OperationId, by: string): void;
  /** Tells everyone who waits for approvals to look again; kept for the next one where nobody waits. */
  approve(): void;
  /** Operations that are waited for now. */
  readonly waitingFor: readonly OperationId[];
  /** How many wait for an approval now. */
  readonly waitingForApproval: number;
}

/** Answers of people, given by the test. */
export function fakeOperator(): FakeOperator {
  const continued = new Map<OperationId, string>();
  const waiters = new Map<OperationId, (by: string) => void>();
  const approvers = new Set<() => void>();
  let approvedBefore = false;

  return {
    get waitingFor() {
      return [...waiters.keys()];
    },
    get waitingForApproval() {
      return approvers.size;
    },
    continue: (operation, by) => {
      const waiter = waiters.get(operation);
      if (waiter) waiter(by);
      else continued.set(operation, by);
    },
    approve: () => {
      approvedBefore = approvers.size === 0;
      for (const approver of [...approvers]) approver();
    },
    continued: (operation, signal) => {
      const by = continued.get(operation);
      continued.delete(operation);
      if (by !== undefined) return Promise.resolve(by);
      return answered<string | undefined>(
        signal,
        undefined,
        (resolve) => waiters.set(operation, resolve),
        () => waiters.delete(operation),
      );
    },
    approved: (signal) => {
      if (approvedBefore) {
        approvedBefore = false;
        return Promise.resolve();
      }
      let waiter: (() => void) | undefined;
      return answered<void>(
        signal,
        undefined,
        (resolve) => {
          waiter = () => resolve();
          approvers.add(waiter);
        },
        () => waiter && approvers.delete(waiter),
      );
    },
  };
}

/** An aborted signal ends the wait without an answer. */
function answered<T>(
  signal: AbortSignal,
  unanswered: T,
  add: (resolve: (value: T) => void) => void,
  remove: () => void,
): Promise<T> {
  if (signal.aborted) return Promise.resolve(unanswered);
  return new Promise((resolve) => {
    const abort = () => {
      remove();
      resolve(unanswered);
    };
    signal.addEventListener('abort', abort, { once: true });
    add((value) => {
      remove();
      signal.removeEventListener('abort', abort);
      resolve(value);
    });
  });
}
