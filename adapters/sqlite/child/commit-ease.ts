import type { SqliteConnection } from './driver.ts';
import { isBusy } from './failure.ts';

type Mode = 'delete' | 'persist' | 'wal';

/** Makes many small transactions cost the disk less, each as safe as before: `PRAGMA synchronous` stays as it is. */
export interface CommitEase {
  ease(): void;
  /** As the file was found, for the rest of the session. */
  asFound(): void;
  /** As the file was found, at the end of the session. */
  end(): void;
}

/**
 * A file that the session found keeps its rollback journal from one transaction to the next, instead of making and removing it each time, which is a
 * property of the connection (https://www.sqlite.org/pragma.html#pragma_journal_mode). One that the session has made, which nobody else has an
 * opinion on yet, is written ahead until the session ends. A file with write-ahead logging that was found is left alone.
 */
export function createCommitEase(database: SqliteConnection, isNew: boolean, canWriteAhead: () => boolean): CommitEase {
  const eased: Mode = isNew ? 'wal' : 'persist';
  let isEased = false;
  let isLeftAlone = false;
  const mode = () => database.prepare('PRAGMA main.journal_mode').get()?.journal_mode;
  const change = (to: Mode) => void database.prepare(`PRAGMA main.journal_mode = ${to}`).get();
  const undo = () => {
    // A process of this session that was killed has left the file as it had made it.
    if ((isEased || isNew) && !isLeftAlone && mode() === eased) change('delete');
    isEased = false;
  };
  return {
    ease() {
      if (isEased || isLeftAlone) return;
      isEased = true;
      if (mode() !== 'delete') return;
      if (!isNew || canWriteAhead()) change(eased);
    },
    asFound() {
      undo();
      isLeftAlone = true;
    },
    end() {
      try {
        undo();
      } catch (error) {
        // Somebody else has the file open, which keeps it as it is: as safe, and any later `PRAGMA journal_mode` of its owner says otherwise.
        if (!isBusy(error)) throw error;
      }
    },
  };
}
