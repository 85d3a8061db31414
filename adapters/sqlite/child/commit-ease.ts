import type { SqliteConnection } from './driver.ts';
import { isBusy } from './failure.ts';

/** What the session has made of the file's `journal_mode`; `none`: nothing, for the rest of the session. */
type Ease = 'untried' | 'persist' | 'wal' | 'none';

export interface CommitEaseOptions {
  /** The session makes the file, and nobody else knows of it yet. */
  readonly isNew: boolean;
  /** A process of this session that is gone has switched the file to write-ahead logging. */
  readonly isWrittenAhead: boolean;
  readonly canWriteAhead: () => boolean;
  /** Told before the file is written ahead, and after it no longer is. */
  readonly onWrittenAhead: (on: boolean) => void;
}

/** Makes many small transactions cost the disk less, each as safe as before: every commit is synced. */
export interface CommitEase {
  ease(): void;
  /** As the file was found, for the rest of the session; also its end. Somebody else who has the file open may keep it written ahead. */
  asFound(): void;
}

/**
 * A file that the session found keeps its rollback journal from one transaction to the next, instead of making and removing it each time, which is a
 * property of the connection (https://www.sqlite.org/pragma.html#pragma_journal_mode). One that the session has made, which nobody else has an
 * opinion on yet, is written ahead until the session ends. A file with write-ahead logging that was found is left alone.
 */
export function createCommitEase(database: SqliteConnection, options: CommitEaseOptions): CommitEase {
  let state: Ease = options.isWrittenAhead ? 'wal' : 'untried';
  const mode = () => database.prepare('PRAGMA main.journal_mode').get()?.journal_mode;
  const change = (to: 'delete' | 'persist' | 'wal') => database.prepare(`PRAGMA main.journal_mode = ${to}`).get();
  const undo = () => {
    if (state === 'untried' || state === 'none' || mode() !== state) return;
    change('delete');
    if (state === 'wal') options.onWrittenAhead(false);
  };
  return {
    ease() {
      if (state !== 'untried') return;
      state = mode() !== 'delete' ? 'none' : options.isNew && options.canWriteAhead() ? 'wal' : 'persist';
      if (state === 'wal') options.onWrittenAhead(true);
      if (state !== 'none') change(state);
    },
    asFound() {
      try {
        undo();
      } catch (error) {
        // Somebody has the file open. What is written ahead is as safe, and its owner may say otherwise at any time.
        if (!isBusy(error)) throw error;
      }
      state = 'none';
    },
  };
}
