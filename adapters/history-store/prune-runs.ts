import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'sql.js';
import type { Processes, RunId, RunRecord } from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { listRuns, runFolder, runsFolder, storeFolder } from '../journal/store-layout.ts';
import type { JournalProblem } from './fold-journals.ts';
import type { PrunedRun } from './pruned-runs.ts';
import { inTransaction, rowsOf, textIn } from './rows.ts';
import { tryIn } from './try-in.ts';

/** A run as the index knows it. `isIndexed`: all of its journal is folded in, and nothing in it is damaged. */
export interface IndexedRun {
  readonly record: RunRecord;
  readonly isIndexed: boolean;
}

const trashFolder = (project: string): string => join(storeFolder(project), 'trash');

/** The runs that have a folder, newest first; `problems` are those of the fold that has just been done. */
export async function indexedRuns(
  database: Database,
  project: string,
  problems: readonly JournalProblem[],
): Promise<readonly IndexedRun[]> {
  const troubled = new Set(problems.map(({ run }) => run));
  const rows = rowsOf(
    database,
    'SELECT r.record, p.damage FROM runs r JOIN journal_positions p ON p.run_id = r.id ORDER BY r.id DESC',
  );
  const there = new Set(await listRuns(project));
  return rows.flatMap((row) => {
    const record = JSON.parse(textIn(row, 'record')) as RunRecord;
    if (!there.has(record.id)) return [];
    return [{ record, isIndexed: row.damage === null && !troubled.has(record.id) }];
  });
}

/** What is to be kept of a run, from its rows. */
export function prunedRunOf(database: Database, { id, project, target }: RunRecord): PrunedRun {
  const rows = rowsOf(database, 'SELECT * FROM migration_attempts WHERE run_id = ? ORDER BY seq', [id]);
  return { v: 1, run: id, project, target, migrations: rows.map(tryIn) };
}

/**
 * Takes the folders of runs out of sight, each in one step. A run whose journal somebody writes stays. Gives those that went.
 */
export async function discardFolders(
  project: string,
  runs: readonly RunId[],
  processes: Pick<Processes, 'self' | 'liveness'>,
): Promise<readonly RunId[]> {
  await mkdir(trashFolder(project), { recursive: true, mode: 0o700 });
  const gone: RunId[] = [];
  for (const run of runs) {
    const folder = runFolder(project, run);
    const writer = await acquireHolderLock(join(folder, 'writer'), processes, { timeoutMs: 0, unknownAfterMs: 0 });
    if (writer.type === 'busy') continue;
    await rename(folder, join(trashFolder(project), run));
    gone.push(run);
  }
  await syncFolder(runsFolder(project));
  return gone;
}

/** Removes what was discarded, by this process or by one that died on the way. */
export async function emptyTrash(project: string): Promise<void> {
  const names = await readdir(trashFolder(project)).catch(onCode<string[]>(['ENOENT'], []));
  for (const name of names) await rm(join(trashFolder(project), name), { recursive: true, force: true });
}

/** Removes the rows of pruned runs whose folders are gone; the tries of their migrations stay. True where there were any. */
export async function removeRows(database: Database, project: string): Promise<boolean> {
  const there = new Set<string>(await listRuns(project));
  const pruned = rowsOf(database, 'SELECT r.id FROM runs r JOIN pruned_runs p ON p.run_id = r.id').map((row) =>
    textIn(row, 'id'),
  );
  const gone = pruned.filter((run) => !there.has(run));
  inTransaction(database, (change) => {
    for (const run of gone) {
      change('DELETE FROM journal_positions WHERE run_id = ?', [run]);
      change('DELETE FROM run_operations WHERE run_id = ?', [run]);
      change('DELETE FROM attempts WHERE run_id = ?', [run]);
      // An output that the run has set still names it.
      change('DELETE FROM runs WHERE id = ? AND id NOT IN (SELECT run_id FROM outputs)', [run]);
    }
  });
  return gone.length > 0;
}
