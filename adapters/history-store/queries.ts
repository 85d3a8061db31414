import type { Database } from 'sql.js';
import { commandTypes, type MigrationRow, type RunId, type RunRecord, type TargetId } from '../../core/index.ts';
import { numberIn, optionalText, type Row, rowsOf, textIn } from './rows.ts';
import { tryIn } from './try-in.ts';

/** A row of `migration_history`. */
export interface MigrationHistoryRow {
  readonly project: string;
  readonly target: string;
  readonly file: string;
  readonly checksum: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  readonly appliedBy: string | undefined;
  readonly executionMs: number;
  readonly status: 'success' | 'failed' | 'rolled_back';
  readonly errorMessage: string | undefined;
}

export const readRuns = (database: Database, limit: number): readonly RunRecord[] =>
  rowsOf(database, 'SELECT record FROM runs ORDER BY id DESC LIMIT ?', [limit]).map(recordIn);

export const readRun = (database: Database, id: RunId): RunRecord | undefined =>
  rowsOf(database, 'SELECT record FROM runs WHERE id = ?', [id]).map(recordIn)[0];

/** Runs on a target that may have broken off in a command, newest first: in each, one at least has no end that is known. */
export function readOpenCommands(database: Database, project: string, target: TargetId): readonly RunRecord[] {
  const sql = `SELECT r.record FROM runs r JOIN projects p ON p.id = r.project_id
    WHERE p.name = ? AND r.target_name = ? AND EXISTS (SELECT 1 FROM run_operations o WHERE o.run_id = r.id
      AND o.type IN (${commandTypes.map(() => '?').join(', ')})
      AND (o.status = 'unknown' OR (o.error_code IS NULL AND o.status IN ('pending', 'running', 'waiting'))))
    ORDER BY r.id DESC`;
  return rowsOf(database, sql, [project, target, ...commandTypes]).map(recordIn);
}

/** Of the target's own database, or also of those beside it. */
export type HistoryReach = 'own' | 'all';

export function readMigrationHistory(
  database: Database,
  target: TargetId,
  limit: number,
  reach: HistoryReach,
): readonly MigrationHistoryRow[] {
  const sql = `SELECT p.name AS project, h.* FROM migration_history h JOIN projects p ON p.id = h.project_id
    WHERE h.target_name = ?${reach === 'all' ? " OR h.target_name LIKE ? || '/%'" : ''} ORDER BY h.applied_at DESC, h.id DESC LIMIT ?`;
  return rowsOf(database, sql, [...(reach === 'all' ? [target, target] : [target]), limit]).map(historyRowIn);
}

export function readMigrationAttempts(database: Database, target: TargetId, limit: number): readonly MigrationRow[] {
  const sql =
    'SELECT * FROM migration_attempts WHERE target_name = ? ORDER BY applied_at DESC, run_id DESC, seq DESC LIMIT ?';
  return rowsOf(database, sql, [target, limit]).map(tryIn);
}

/** Members without a value are left out in JSON and read as undefined, which is what they were. */
const recordIn = (row: Row): RunRecord => JSON.parse(textIn(row, 'record')) as RunRecord;

const historyRowIn = (row: Row): MigrationHistoryRow => ({
  project: textIn(row, 'project'),
  target: textIn(row, 'target_name'),
  file: textIn(row, 'migration_file'),
  checksum: textIn(row, 'migration_checksum'),
  appliedAt: textIn(row, 'applied_at'),
  appliedBy: optionalText(row, 'applied_by'),
  executionMs: numberIn(row, 'execution_time_ms'),
  status: textIn(row, 'status') as MigrationHistoryRow['status'],
  errorMessage: optionalText(row, 'error_message'),
});
