/**
 * A queue between a task that pushes and one reader that pulls, in order and without loss. The reader gets all that has gathered
 * since it last asked, as one batch. `close` ends the reader after what was pushed before; pushing afterwards is a defect and throws.
 */
export interface Channel<T> extends AsyncIterable<readonly T[]> {
  push(item: T): void;
  /** Resolves once the reader has come back for more behind everything that was pushed before, or has gone away: a producer waits for it. */
  taken(): Promise<void>;
  close(): void;
}

export function createChannel<T>(): Channel<T> {
  let items: T[] = [];
  let closed = false;
  let wake: (() => void) | undefined;
  let isTaken = true;
  let isGone = false;
  let waiting: (() => void)[] = [];
  const tellTaken = () => {
    for (const tell of waiting) tell();
    waiting = [];
  };
  const signalReader = () => {
    wake?.();
    wake = undefined;
  };
  return {
    push(item) {
      if (closed) throw new Error('The channel is closed.');
      items.push(item);
      isTaken = false;
      signalReader();
    },
    taken: () => (isTaken || isGone ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    close() {
      closed = true;
      signalReader();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          if (items.length > 0) {
            const batch = items;
            items = [];
            yield batch;
            continue;
          }
          isTaken = true;
          tellTaken();
          if (closed) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        isGone = true;
        tellTaken();
      }
    },
  };
}
