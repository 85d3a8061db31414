import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { onCode } from '../durable/error-code.ts';
import { type JournalStretch, readJournalFrom } from './read-journal.ts';
import { journalFile } from './store-layout.ts';

/** Watching is a courtesy of the system that may fail or miss a change; looking is what is relied on. Milliseconds. */
const POLL_MS = 200;

/**
 * The whole lines of a journal from a byte on, and then those that are written, until the signal aborts; then it ends without an
 * error. The journal and its folder may not be there yet.
 */
export async function* followJournal(
  folder: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<JournalStretch, void, void> {
  const waker = folderWaker(folder, signal);
  let [end, afterSeq, seen] = [from, undefined as number | undefined, ''];
  try {
    while (!signal.aborted) {
      const { size, state } = await lookAt(journalFile(folder));
      if (size > end && state !== seen) {
        seen = state;
        for await (const stretch of readJournalFrom(folder, end, afterSeq)) {
          yield stretch;
          [end, afterSeq] = [stretch.end, stretch.events.at(-1)?.seq ?? afterSeq];
          if (signal.aborted) return;
        }
      } else await waker.wait();
    }
  } finally {
    waker.close();
  }
}

/** The time as well as the size: a torn line may be cut off and a whole one of its length take its place. */
const lookAt = (file: string): Promise<{ readonly size: number; readonly state: string }> =>
  stat(file).then(
    ({ size, mtimeMs }) => ({ size, state: `${size} ${mtimeMs}` }),
    onCode(['ENOENT', 'ENOTDIR'], { size: 0, state: '' }),
  );

/** Waits until something changes in the folder, or for the time between two looks; forgets nothing that happens in between. */
function folderWaker(folder: string, signal: AbortSignal): { wait(): Promise<void>; close(): void } {
  let watcher: FSWatcher | undefined;
  let changed = false;
  let wake = (): void => undefined;
  const onChange = (): void => {
    changed = true;
    wake();
  };
  const stop = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const tryToWatch = (): void => {
    try {
      watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', stop);
    } catch {
      watcher = undefined; // Not there yet, or no watches left: looking every 200 ms goes on.
    }
  };
  return {
    wait: async () => {
      if (!watcher) tryToWatch();
      if (changed || signal.aborted) {
        changed = false;
        return;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        signal.addEventListener('abort', onChange, { once: true });
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      signal.removeEventListener('abort', onChange);
      changed = false;
    },
    close: stop,
  };
}
