import type { Notice } from '../../core/index.ts';
import { type ChildHandle, startChild } from './child-process.ts';
import type { SqliteChild } from './sqlite-child.ts';

/** The processes of a program that hold SQLite databases. One takes long to start, so that it may be started before it is needed. */
export interface SqliteChildren {
  /** The one that was expected with this marker, else a new one. */
  start(marker: string, onNotice: (notice: Notice) => void): ChildHandle;
  /** Starts one that opens nothing yet; it ends with this process, whose end it does not delay. */
  expect(marker: string): void;
  /** Ends the one that was expected, if it was not taken. */
  unexpect(marker: string): Promise<void>;
}

export function createSqliteChildren(program: SqliteChild): SqliteChildren {
  const expected = new Map<string, { readonly child: ChildHandle; onNotice: (notice: Notice) => void }>();
  return {
    start(marker, onNotice) {
      const found = expected.get(marker);
      expected.delete(marker);
      // It may have waited for long, and have been ended meanwhile.
      if (!found?.child.isAlive()) return startChild(program, marker, onNotice);
      found.onNotice = onNotice;
      found.child.hold(true);
      return found.child;
    },
    expect(marker) {
      if (expected.get(marker)?.child.isAlive()) return;
      const own = {
        child: startChild(program, marker, (notice) => own.onNotice(notice)),
        onNotice: (_notice: Notice) => {}, // It says nothing before it has opened a database.
      };
      own.child.hold(false);
      expected.set(marker, own);
    },
    async unexpect(marker) {
      const found = expected.get(marker);
      expected.delete(marker);
      found?.child.hold(true); // Its end is waited for.
      await found?.child.kill();
    },
  };
}
