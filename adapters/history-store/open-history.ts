import { join } from 'node:path';
import type { Database } from 'sql.js';
import type { MigrationRow, Processes, RunId, RunRecord, TargetId } from '../../core/index.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { ensureStore, storeFolder } from '../journal/store-layout.ts';
import { type ExportedMigration, type HistoryChoice, migrationsPage, runsPage } from './export-rows.ts';
import type { JournalProblem } from './fold-journals.ts';
import { LoadedHistory, type Saved } from './loaded-history.ts';
import { type MirroredTarget, mirrorTargets } from './mirror-targets.ts';
import { discardFolders, emptyTrash, type IndexedRun, indexedRuns, prunedRunOf, removeRows } from './prune-runs.ts';
import { foldPrunedRuns, keepPrunedRuns } from './pruned-runs.ts';
import {
  type HistoryReach,
  type MigrationHistoryRow,
  readMigrationAttempts,
  readMigrationHistory,
  readOpenCommands,
  readRun,
  readRuns,
} from './queries.ts';

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

/** `pruned`: the runs that are gone; one whose journal somebody writes just now stays. */
export type PruneResult =
  | { readonly type: 'pruned'; readonly pruned: readonly RunId[] }
  | Extract<SyncResult, { readonly type: 'busy' }>;

/**
 * The history of a project: an index over the journals, kept in `.srdeploy/history.sqlite`. What is read is never stale: the
 * unfolded ends of the journals are folded in memory first. Newest first; `limit` counts rows.
 */
export interface History {
  /** Folds the journals into the file. Called at the end of an attempt and now and then, never per event. */
  sync(): Promise<SyncResult>;
  /** Reads on in the journals without saving, so that the sync at the end has little left to do. */
  fold(): Promise<void>;
  /** The runs that have a folder, newest first, as retention judges them. */
  indexed(): Promise<readonly IndexedRun[]>;
  /**
   * Removes runs for good: their folders and rows. What they said of migrations is kept, so that a history that is built anew knows it.
   * `choose` is asked while nobody else writes the history. A process that dies on the way leaves what the next call finishes.
   */
  prune(choose: (runs: readonly IndexedRun[]) => Promise<readonly RunId[]>): Promise<PruneResult>;
  /** Makes the table of targets say what the deploy config of a project says; `project` is its name, the scope. */
  mirrorTargets(project: string, targets: readonly MirroredTarget[]): Promise<SyncResult>;
  /** Some runs, oldest first, behind the id `after`; none at the end. The journals are read on in at the first page alone. */
  runsPage(choice: HistoryChoice, after: string): Promise<readonly RunRecord[]>;
  /** Some tries of migrations in the order of their records, behind the row `after`; none at the end. */
  migrationsPage(choice: HistoryChoice, after: number): Promise<readonly ExportedMigration[]>;
  runs(limit: number): Promise<readonly RunRecord[]>;
  run(id: RunId): Promise<RunRecord | undefined>;
  /** Runs on a target of a project that may have broken off in a command, newest first. */
  openCommands(project: string, target: TargetId): Promise<readonly RunRecord[]>;
  /** The current view: one row a migration, as `migration_history` holds it. */
  /** `reach`: of the target's own database alone, when not given. */
  migrationHistory(target: TargetId, limit: number, reach?: HistoryReach): Promise<readonly MigrationHistoryRow[]>;
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
  const page = <T>(isFirst: boolean, query: (database: Database) => T): Promise<T> =>
    inTurn(async () => query(isFirst ? (await history.upToDate()).database : await history.loaded()));
  return {
    sync: () => inTurn(() => underLock(project, processes, () => syncAlone(history))),
    fold: () => read(() => undefined),
    indexed: () =>
      inTurn(async () => {
        const { database, folded } = await history.upToDate();
        return indexedRuns(database, project, folded.problems);
      }),
    prune: (choose) =>
      inTurn(() => underLock(project, processes, () => pruneAlone(project, history, processes, choose))),
    mirrorTargets: (name, targets) =>
      inTurn(() =>
        underLock(project, processes, async () => {
          await history.upToDate();
          await history.change(async (database) => mirrorTargets(database, name, targets));
          return syncAlone(history);
        }),
      ),
    runsPage: (choice, after) => page(after === '', (database) => runsPage(database, choice, after)),
    migrationsPage: (choice, after) => page(after === 0, (database) => migrationsPage(database, choice, after)),
    runs: (limit) => read((database) => readRuns(database, limit)),
    run: (id) => read((database) => readRun(database, id)),
    openCommands: (project, target) => read((database) => readOpenCommands(database, project, target)),
    migrationHistory: (target, limit, reach = 'own') =>
      read((database) => readMigrationHistory(database, target, limit, reach)),
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

type Busy = Extract<SyncResult, { readonly type: 'busy' }>;

async function underLock<T>(
  project: string,
  processes: HistoryOptions['processes'],
  work: () => Promise<T>,
): Promise<T | Busy> {
  await ensureStore(project);
  const lock = await acquireHolderLock(join(storeFolder(project), 'state', 'history-writer'), processes, LOCK);
  if (lock.type === 'busy') return { type: 'busy', pid: lock.holder.pid, host: lock.holder.host };
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function syncAlone(history: LoadedHistory): Promise<SyncResult> {
  const { folded } = await history.upToDate();
  const { saved, rebuilt } = await history.save();
  return { type: 'synced', events: folded.events, saved, rebuilt, problems: folded.problems };
}

/** First what is kept, then the folders, then the rows: whatever is cut short, nothing that was said is lost. */
async function pruneAlone(
  project: string,
  history: LoadedHistory,
  processes: HistoryOptions['processes'],
  choose: (runs: readonly IndexedRun[]) => Promise<readonly RunId[]>,
): Promise<PruneResult> {
  await emptyTrash(project);
  const { database, folded } = await history.upToDate();
  const runs = await indexedRuns(database, project, folded.problems);
  const chosen = new Set(await choose(runs));
  const records = runs.flatMap(({ record, isIndexed }) => (isIndexed && chosen.has(record.id) ? [record] : []));
  if (records.length > 0)
    await keepPrunedRuns(
      project,
      records.map((record) => prunedRunOf(database, record)),
    );
  const ids = records.map(({ id }) => id);
  const pruned = ids.length === 0 ? [] : await discardFolders(project, ids, processes);
  await history.change(async (loaded) => {
    await foldPrunedRuns(loaded, project);
    return (await removeRows(loaded, project)) || pruned.length > 0;
  });
  await history.save();
  await emptyTrash(project);
  return { type: 'pruned', pruned };
}
