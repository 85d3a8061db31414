/**
 * A queue between a task that pushes and one reader that pulls, in order and without loss. The reader gets all that has gathered
 * since it last asked, as one batch. `close` ends the reader after what was pushed before; pushing afterwards is a defect and throws.
 */
export interface Channel<T> extends AsyncIterable<readonly T[]> {
  push(item: T): void;
  close(): void;
}

export function createChannel<T>(): Channel<T> {
  let items: T[] = [];
  let closed = false;
  let wake: (() => void) | undefined;
  const signalReader = () => {
    wake?.();
    wake = undefined;
  };
  return {
    push(item) {
      if (closed) throw new Error('The channel is closed.');
      items.push(item);
      signalReader();
    },
    close() {
      closed = true;
      signalReader();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (items.length > 0) {
          const batch = items;
          items = [];
          yield batch;
          continue;
        }
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
