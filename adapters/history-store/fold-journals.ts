import { stat } from 'node:fs/promises';
import type { Database } from 'sql.js';
import {
  createRunFolder,
  type JournalDamage,
  type MigrationRow,
  migrationRow,
  type RunId,
  type RunRecord,
} from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { readJournalFrom, seqBefore } from '../journal/read-journal.ts';
import { journalFile, listRuns, runFolder } from '../journal/store-layout.ts';
import { foldConfigs } from './fold-configs.ts';
import { foldPrunedRuns } from './pruned-runs.ts';
import { numberIn, rowsOf, textIn } from './rows.ts';
import { type TriedMigration, writeCurrentView, writeRun } from './write-run.ts';

/** A journal that could not be folded in whole. */
export interface JournalProblem {
  readonly run: RunId;
  readonly message: string;
}

export interface Folded {
  /** Events that were new. */
  readonly events: number;
  /** Whether rows were written. */
  readonly changed: boolean;
  readonly problems: readonly JournalProblem[];
}

interface FoldedJournal extends Folded {
  readonly tried: readonly TriedMigration[];
}

interface Position {
  readonly bytes: number;
  readonly record: RunRecord | undefined;
}

/** Folds into the database what the journals of a project say since it was last done. One that fails keeps no other back. */
export async function foldJournals(database: Database, project: string): Promise<Folded> {
  const positions = new Map(
    rowsOf(database, 'SELECT run_id, bytes FROM journal_positions').map((row) => [
      textIn(row, 'run_id'),
      numberIn(row, 'bytes'),
    ]),
  );
  const problems: JournalProblem[] = [];
  const tried: TriedMigration[] = [...(await foldPrunedRuns(database, project))];
  let [events, changed] = [0, tried.length > 0];
  for (const run of await listRuns(project)) {
    try {
      const size = await sizeOf(project, run);
      if (size === undefined || size === positions.get(run)) continue;
      const folded = await foldJournal(database, project, run);
      events += folded.events;
      changed ||= folded.changed;
      for (const one of folded.tried) tried.push(one);
      problems.push(...folded.problems);
    } catch (error) {
      problems.push({ run, message: error instanceof Error ? error.message : String(error) });
    }
  }
  writeCurrentView(database, tried);
  if (changed) await foldConfigs(database, project);
  return { events, changed, problems };
}

/**
 * Whether the index knows more of a run than its journal says: the end of the journal was lost, with the power of the machine or to a copy
 * that was put back, and it may have grown since. Rows of migrations are never taken back, so that the index has to be built anew. A journal
 * that is gone or damaged says nothing.
 */
export async function isAheadOfJournals(database: Database, project: string): Promise<boolean> {
  for (const row of rowsOf(database, 'SELECT run_id, bytes, seq FROM journal_positions WHERE damage IS NULL')) {
    const [run, bytes] = [textIn(row, 'run_id') as RunId, numberIn(row, 'bytes')];
    const size = await sizeOf(project, run);
    if (size === undefined || size === bytes || bytes === 0) continue;
    if ((await seqBefore(runFolder(project, run), bytes)) !== numberIn(row, 'seq')) return true;
  }
  return false;
}

async function foldJournal(database: Database, project: string, run: RunId): Promise<FoldedJournal> {
  const known = positionOf(database, run);
  let { bytes } = known;
  const folder = createRunFolder(known.record);
  let events = 0;
  const migrations: MigrationRow[] = [];
  const damage: JournalDamage[] = [];
  for await (const stretch of readJournalFrom(runFolder(project, run), bytes, known.record?.lastSeq)) {
    for (const event of stretch.events) {
      folder.add(event);
      const head = folder.head();
      const row = head && migrationRow(head, event);
      if (row) migrations.push(row);
    }
    events += stretch.events.length;
    damage.push(...stretch.damage);
    bytes = stretch.end;
  }
  const record = folder.record();
  const problems = damage.map((one) => problemOf(project, run, one));
  const changed = record?.id === run && bytes !== known.bytes;
  if (record && changed) writeRun(database, { record, bytes, migrations, damage });
  if (events > 0 && record?.id !== run)
    problems.push({ run, message: `${journalOf(project, run)} does not begin with the creation of its run.` });
  const tried = migrations.map((row) => ({ project: record?.project ?? '', row }));
  return { events, changed, problems, tried: changed ? tried : [] };
}

function positionOf(database: Database, run: RunId): Position {
  const row = rowsOf(
    database,
    'SELECT p.bytes, r.record FROM journal_positions p JOIN runs r ON r.id = p.run_id WHERE p.run_id = ?',
    [run],
  )[0];
  if (!row) return { bytes: 0, record: undefined };
  return { bytes: numberIn(row, 'bytes'), record: JSON.parse(textIn(row, 'record')) as RunRecord };
}

const journalOf = (project: string, run: RunId): string => journalFile(runFolder(project, run));

const sizeOf = (project: string, run: RunId): Promise<number | undefined> =>
  stat(journalOf(project, run)).then(({ size }) => size, onCode(['ENOENT'], undefined));

const problemOf = (project: string, run: RunId, damage: JournalDamage): JournalProblem => ({
  run,
  message: `${journalOf(project, run)} is damaged at byte ${damage.offset}: ${damage.message}`,
});
