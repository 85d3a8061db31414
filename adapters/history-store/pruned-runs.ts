import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'sql.js';
import type { MigrationRow, RunId } from '../../core/index.ts';
import { openAppendFile } from '../durable/append-file.ts';
import { onCode } from '../durable/error-code.ts';
import { storeFolder } from '../journal/store-layout.ts';
import { inTransaction, rowsOf } from './rows.ts';
import { keepMigrations, type TriedMigration } from './write-run.ts';

/** What is kept for ever of a run whose folder is removed: every try of its migrations. One line a run. */
export interface PrunedRun {
  readonly v: 1;
  readonly run: RunId;
  readonly project: string;
  readonly target: string;
  readonly migrations: readonly MigrationRow[];
}

const fileOf = (project: string): string => join(storeFolder(project), 'pruned-runs.jsonl');

/** Writes down what runs said of migrations, before they go; on disk when it resolves. A torn line of a process that died is ended first. */
export async function keepPrunedRuns(project: string, runs: readonly PrunedRun[]): Promise<void> {
  const file = await openAppendFile(fileOf(project));
  try {
    await file.append(`\n${runs.map((run) => `${JSON.stringify(run)}\n`).join('')}`, true);
  } finally {
    await file.close();
  }
}

/** Folds in what pruned runs said, where the database does not have it yet: it was lost, or put back from a copy. */
export async function foldPrunedRuns(database: Database, project: string): Promise<readonly TriedMigration[]> {
  const size = await stat(fileOf(project)).then((found) => found.size, onCode(['ENOENT'], 0));
  const known = Number(rowsOf(database, 'SELECT max(bytes) AS bytes FROM pruned_runs')[0]?.bytes ?? 0);
  if (size === known) return [];
  const runs = prunedIn(await readText(fileOf(project)));
  inTransaction(database, (change) => {
    for (const run of runs) {
      keepMigrations(database, change, run.project, run.target, run.migrations);
      change('INSERT OR REPLACE INTO pruned_runs (run_id, bytes) VALUES (?, ?)', [run.run, size]);
    }
    change('UPDATE pruned_runs SET bytes = ?', [size]);
  });
  return runs.flatMap(({ project: name, migrations }) => migrations.map((row) => ({ project: name, row })));
}

async function readText(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return '';
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Whole lines; an empty or torn one is of a process that died before it removed anything. */
const prunedIn = (text: string): readonly PrunedRun[] =>
  text.split('\n').flatMap((line) => {
    try {
      const value = JSON.parse(line) as PrunedRun | null;
      return value?.v === 1 && Array.isArray(value.migrations) ? [value] : [];
    } catch {
      return []; // As above.
    }
  });
