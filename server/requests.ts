import { setImmediate as turn } from 'node:timers/promises';

/** What editors wait for: it goes before what nobody asked for. */
export interface Requests {
  /** Answers a request in its turn: what has arrived with it, a cancellation above all, is heard first. */
  answered<Result>(answer: () => Result): Promise<Result>;
  /** Whether somebody waits, once what has arrived has been heard. */
  areWaiting(): Promise<boolean>;
}

export function createRequests(): Requests {
  let waiting = 0;
  return {
    async answered(answer) {
      waiting += 1;
      try {
        await turn();
        return answer();
      } finally {
        waiting -= 1;
      }
    },
    async areWaiting() {
      // The first turn reads what has arrived, the second one begins with it.
      await turn();
      await turn();
      return waiting > 0;
    },
  };
}
