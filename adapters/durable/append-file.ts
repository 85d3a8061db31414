import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** A file that grows by whole lines. Calls are carried out in the order in which they were made. */
export interface AppendFile {
  /**
   * Appends a text; on disk when it resolves if `durable`, which covers everything that was appended before. What is asked to be on disk
   * while that is under way shares the next wait. Rejects where the disk is full or fails, and from then on always: a line after a torn
   * one would be lost with it.
   */
  append(text: string, durable: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file for appending and makes it where it is missing, readable by this user alone. The system is given a text at once, without
 * the thread pool: that is a copy in memory, and a run writes thousands of short lines. Only waiting for the disk is left to a thread.
 */
export async function openAppendFile(file: string): Promise<AppendFile> {
  const handle = await open(file, 'a', 0o600);
  try {
    await syncFolder(dirname(file));
  } catch (error) {
    await handle.close();
    throw error;
  }
  let failure: { readonly error: unknown } | undefined;
  let syncing: Promise<void> = Promise.resolve();
  /** The sync that has not begun yet, which covers whatever is written before it does. */
  let next: Promise<void> | undefined;

  const sync = (): Promise<void> => {
    next ??= syncing.then(async () => {
      next = undefined;
      await once(() => handle.datasync());
    });
    syncing = next;
    // Whoever appended hears of a failure, and so does everyone after; the chain itself has no other listener.
    next.catch(() => undefined);
    return next;
  };
  const once = async (work: () => unknown): Promise<void> => {
    if (failure) throw failure.error;
    try {
      await work();
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };

  return {
    append: async (text, durable) => {
      await once(() => writeWhole(handle, file, text));
      if (durable) await sync();
    },
    close: async () => {
      await syncing.catch(() => undefined); // Its caller has been told.
      await handle.close();
    },
  };
}

function writeWhole({ fd }: FileHandle, file: string, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  // A disk that fills up takes a part of the bytes first; writing the rest brings the system's own error.
  for (let written = 0; written < bytes.length; ) {
    const count = writeSync(fd, bytes, written, bytes.length - written);
    if (count === 0) throw Object.assign(new Error(`ENOSPC: nothing could be written to ${file}`), { code: 'ENOSPC' });
    written += count;
  }
}
