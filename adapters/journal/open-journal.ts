import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeJournalLine, type Processes, type ProcessIdentity, type RunEvent } from '../../core/index.ts';
import { type AppendFile, openAppendFile } from '../durable/append-file.ts';
import { onCode } from '../durable/error-code.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { readJournal } from './read-journal.ts';
import { journalFile } from './store-layout.ts';

/** The journal of one attempt, open for writing. */
export interface Journal {
  /** Bytes of a torn last line that were cut off: an event that nobody was told of. */
  readonly cutBytes: number;
  /** The last event that stands in it; 0 where it is new. The next has this number plus one. */
  readonly lastSeq: number;
  /**
   * Writes events as a line each in one write; what must outlive a crash is on disk when it resolves. Rejects where it cannot be
   * written, and from then on always: the runner must stop.
   */
  append(...events: readonly RunEvent[]): Promise<void>;
  close(): Promise<void>;
}

export type OpenedJournal =
  | { readonly type: 'open'; readonly journal: Journal }
  /** Another process of this machine writes it. */
  | { readonly type: 'busy'; readonly holder: ProcessIdentity };

/**
 * What the machine may lose with its power, and the next write to the disk takes along: output, that an operation started, which its
 * intent says already, and the good end of a migration, which stands in the target. Everything else is on disk before anything follows from it.
 */
const isDurable = (event: RunEvent): boolean => {
  if (event.type === 'operation.output' || event.type === 'operation.started') return false;
  if (event.type !== 'operation.finished' || !event.migration) return true;
  return event.outcome !== 'succeeded' && event.outcome !== 'nothing-to-do';
};

/**
 * Opens the journal in the folder of a run and makes both where they are missing, readable by this user alone. A torn last line is
 * cut off, so that it never merges with the next. One process writes a journal at a time; one that died gives way at once.
 */
export async function openJournal(
  folder: string,
  processes: Pick<Processes, 'self' | 'liveness'>,
): Promise<OpenedJournal> {
  if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncFolder(dirname(folder));
  // Of a holder on another host nothing can be known here; the lease on the target keeps it out.
  const lock = await acquireHolderLock(join(folder, 'writer'), processes, { timeoutMs: 0, unknownAfterMs: 0 });
  if (lock.type === 'busy') return lock;
  try {
    const cut = await cutTornLine(folder);
    const file = await openAppendFile(journalFile(folder));
    return { type: 'open', journal: journalOn(file, cut, lock.release) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function journalOn(
  file: AppendFile,
  cut: Pick<Journal, 'cutBytes' | 'lastSeq'>,
  release: () => Promise<void>,
): Journal {
  return {
    ...cut,
    append: (...events) => file.append(events.map(encodeJournalLine).join(''), events.some(isDurable)),
    close: async () => {
      await file.close();
      await release();
    },
  };
}

async function cutTornLine(folder: string): Promise<Pick<Journal, 'cutBytes' | 'lastSeq'>> {
  const handle = await open(journalFile(folder), 'r+').catch(onCode(['ENOENT'], undefined));
  if (!handle) return { cutBytes: 0, lastSeq: 0 };
  try {
    const { end, events } = (await readJournal(folder)) ?? { end: 0, events: [] };
    const { size } = await handle.stat();
    if (size > end) {
      await handle.truncate(end);
      await handle.sync();
    }
    return { cutBytes: size - end, lastSeq: events.reduce((last, { seq }) => Math.max(last, seq), 0) };
  } finally {
    await handle.close();
  }
}
