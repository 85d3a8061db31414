import type { OperationId, Operator } from '../../core/index.ts';

/** Answers of people, whichever way they come: control socket or terminal. */
export interface OperatorDesk {
  readonly operator: Operator;
  /** True where the operation is waiting for it; an answer that nobody waits for is refused, never kept for later. */
  continue(operation: OperationId, by: string): boolean;
  approved(): void;
}

export function createOperatorDesk(): OperatorDesk {
  const pauses = new Map<OperationId, (by: string) => void>();
  const approvals = new Set<() => void>();
  return {
    operator: {
      continued: (operation, signal) =>
        answered<string>(signal, (resolve) => {
          pauses.set(operation, resolve);
          return () => pauses.delete(operation);
        }),
      approved: async (signal) => {
        await answered<void>(signal, (resolve) => {
          approvals.add(resolve);
          return () => approvals.delete(resolve);
        });
      },
    },
    continue(operation, by) {
      const resolve = pauses.get(operation);
      resolve?.(by);
      return resolve !== undefined;
    },
    approved() {
      for (const resolve of [...approvals]) resolve();
    },
  };
}

function answered<T>(signal: AbortSignal, wait: (resolve: (answer: T) => void) => () => void): Promise<T | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const abort = () => {
      forget();
      resolve(undefined);
    };
    signal.addEventListener('abort', abort, { once: true });
    const forget = wait((answer) => {
      forget();
      signal.removeEventListener('abort', abort);
      resolve(answer);
    });
  });
}
