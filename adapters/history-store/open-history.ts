import { join } from 'node:path';
import type { Database } from 'sql.js';
import type { MigrationRow, Processes, RunId, RunRecord, TargetId } from '../../core/index.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { ensureStore, storeFolder } from '../journal/store-layout.ts';
import type { JournalProblem } from './fold-journals.ts';
import { LoadedHistory, type Saved } from './loaded-history.ts';
import { type MigrationHistoryRow, readMigrationAttempts, readMigrationHistory, readRun, readRuns } from './queries.ts';

export interface HistoryOptions {
  /** Absolute path of the project. */
  readonly project: string;
  /** Absolute path of `sql-wasm.wasm`, which lies beside the bundles. */
  readonly wasm: string;
  readonly processes: Pick<Processes, 'self' | 'liveness'>;
}

/** What a sync did. `busy`: another process writes the history for too long; nothing is lost, the next sync folds it all in. */
export type SyncResult =
  | ({
      readonly type: 'synced';
      /** Events that this process had not seen yet. */
      readonly events: number;
      readonly problems: readonly JournalProblem[];
    } & Saved)
  | { readonly type: 'busy'; readonly pid: number; readonly host: string };

/**
 * The history of a project: an index over the journals, kept in `.srdeploy/history.sqlite`. What is read is never stale: the
 * unfolded ends of the journals are folded in memory first. Newest first; `limit` counts rows.
 */
export interface History {
  /** Folds the journals into the file. Called at the end of an attempt and now and then, never per event. */
  sync(): Promise<SyncResult>;
  /** Reads on in the journals without saving, so that the sync at the end has little left to do. */
  fold(): Promise<void>;
  runs(limit: number): Promise<readonly RunRecord[]>;
  run(id: RunId): Promise<RunRecord | undefined>;
  /** The current view: one row a migration, as `migration_history` holds it. */
  migrationHistory(target: TargetId, limit: number): Promise<readonly MigrationHistoryRow[]>;
  /** Every try there ever was. */
  migrationAttempts(target: TargetId, limit: number): Promise<readonly MigrationRow[]>;
  /** Frees the memory. */
  close(): Promise<void>;
}

/** Another process may write for ten seconds; of one on another host nothing is known, and after two minutes it is passed over. */
const LOCK = { timeoutMs: 10_000, unknownAfterMs: 120_000 };

/** Opens the history of a project. SQLite is loaded and the file read at the first question, not before. */
export function openHistory({ project, wasm, processes }: HistoryOptions): History {
  const history = new LoadedHistory({ project, wasm, file: join(storeFolder(project), 'history.sqlite') });
  const inTurn = oneAtATime();
  const read = <T>(query: (database: Database) => T): Promise<T> =>
    inTurn(async () => query((await history.upToDate()).database));
  return {
    sync: () => inTurn(() => syncAlone(project, history, processes)),
    fold: () => read(() => undefined),
    runs: (limit) => read((database) => readRuns(database, limit)),
    run: (id) => read((database) => readRun(database, id)),
    migrationHistory: (target, limit) => read((database) => readMigrationHistory(database, target, limit)),
    migrationAttempts: (target, limit) => read((database) => readMigrationAttempts(database, target, limit)),
    close: () => inTurn(async () => history.close()),
  };
}

/** Folding waits for files in between, so that two questions would mix. */
function oneAtATime(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined); // Whoever asked hears of it.
    return next;
  };
}

async function syncAlone(
  project: string,
  history: LoadedHistory,
  processes: HistoryOptions['processes'],
): Promise<SyncResult> {
  await ensureStore(project);
  const lock = await acquireHolderLock(join(storeFolder(project), 'state', 'history-writer'), processes, LOCK);
  if (lock.type === 'busy') return { type: 'busy', pid: lock.holder.pid, host: lock.holder.host };
  try {
    const { folded } = await history.upToDate();
    const { saved, rebuilt } = await history.save();
    return { type: 'synced', events: folded.events, saved, rebuilt, problems: folded.problems };
  } finally {
    await lock.release();
  }
}
