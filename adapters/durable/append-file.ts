import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { syncFolder } from './sync-folder.ts';

/** A file that grows by whole lines. Calls are carried out in the order in which they were made. */
export interface AppendFile {
  /**
   * Appends a text; on disk when it resolves if `durable`, which covers everything that was appended before. What need not be durable waits
   * a few milliseconds for company, and whatever is asked for while a write is under way goes into the next one together. Rejects where the disk is full or fails, and from then on always: a line
   * after a torn one would be lost with it.
   */
  append(text: string, durable: boolean): Promise<void>;
  close(): Promise<void>;
}

/** How long a text waits for others that are written with it, in milliseconds. */
const companyMs = 4;
/** A text of so many UTF-16 units is company enough. */
const longText = 4_096;
const inHurry = new Error('Something must be on disk now.');

/** What is written together. */
interface Batch {
  readonly texts: string[];
  durable: boolean;
  done: Promise<void>;
  readonly hurry: () => void;
}

/** Opens a file for appending and makes it where it is missing, readable by this user alone. */
export async function openAppendFile(file: string): Promise<AppendFile> {
  const handle = await open(file, 'a', 0o600);
  try {
    await syncFolder(dirname(file));
  } catch (error) {
    await handle.close();
    throw error;
  }
  let last: Promise<void> = Promise.resolve();
  let waiting: Batch | undefined;

  function next(): Batch {
    const hurry = new AbortController();
    const batch: Batch = { texts: [], durable: false, done: last, hurry: () => hurry.abort(inHurry) };
    const company = delay(companyMs, undefined, { signal: hurry.signal }).catch(() => undefined); // Hurried: no more waiting.
    batch.done = Promise.all([last, company]).then(() => {
      waiting = undefined;
      return appendOnce(handle, file, batch.texts.join(''), batch.durable);
    });
    // Whoever appended hears of a failure, and so does everyone after; the chain itself has no other listener.
    batch.done.catch(() => undefined);
    last = batch.done;
    return batch;
  }

  return {
    append: (text, durable) => {
      waiting ??= next();
      waiting.texts.push(text);
      waiting.durable ||= durable;
      if (durable || text.length > longText) waiting.hurry();
      return waiting.done;
    },
    close: async () => {
      waiting?.hurry();
      await last.catch(() => undefined); // Its caller has been told.
      await handle.close();
    },
  };
}

async function appendOnce(handle: FileHandle, file: string, text: string, durable: boolean): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  // A disk that fills up takes a part of the bytes first; writing the rest brings the system's own error.
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    if (bytesWritten === 0)
      throw Object.assign(new Error(`ENOSPC: nothing could be written to ${file}`), { code: 'ENOSPC' });
    written += bytesWritten;
  }
  if (durable) await handle.datasync();
}
