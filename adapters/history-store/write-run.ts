import type { Database, SqlValue } from 'sql.js';
import { currentMigration, type JournalDamage, type MigrationRow, type RunRecord } from '../../core/index.ts';
import { type Change, inTransaction, rowsOf } from './rows.ts';
import { tryIn } from './try-in.ts';

/** What a stretch of a journal adds: the record after it, how far it was read, and the tries of migrations in it. */
export interface FoldedRun {
  readonly record: RunRecord;
  readonly bytes: number;
  readonly migrations: readonly MigrationRow[];
  readonly damage: readonly JournalDamage[];
}

/** A try of a migration that is in the database by now; the current view may have changed. */
export interface TriedMigration {
  readonly project: string;
  readonly row: MigrationRow;
}

/** Writes a run with all its rows in one transaction; the same stretch twice is the same as once. */
export function writeRun(database: Database, folded: FoldedRun): void {
  inTransaction(database, (change) => {
    const project = projectId(database, folded.record.project);
    writeTarget(change, project, folded.record.target);
    writeRecord(change, project, folded.record);
    writeAttempts(change, folded.record);
    writeOperations(change, folded.record);
    writeMigrations(change, project, folded.migrations);
    writePosition(change, folded);
  });
}

export function projectId(database: Database, name: string): number {
  database.run('INSERT INTO projects (name) VALUES (?) ON CONFLICT(name) DO NOTHING', [name]);
  const row = rowsOf(database, 'SELECT id FROM projects WHERE name = ?', [name])[0];
  return Number(row?.id);
}

/** A target that the config has told of is known already, whatever its type. */
export function writeTarget(change: Change, project: number, target: string): void {
  const sql = `INSERT INTO deployment_targets (project_id, target_name)
    SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM deployment_targets WHERE project_id = ? AND target_name = ?)`;
  change(sql, [project, target, project, target]);
}

function writeRecord(change: Change, project: number, record: RunRecord): void {
  const [outcome, finishedAt] = endOf(record);
  insert(change, 'INSERT OR IGNORE', 'runs', {
    id: record.id,
    project_id: project,
    target_name: record.target,
    plan_file: record.planFile,
    plan_name: record.planName,
    plan_digest: record.planDigest,
    created_at: record.createdAt,
    created_by: record.by,
    record: '',
  });
  change('UPDATE runs SET plan_digest = ?, outcome = ?, finished_at = ?, record = ? WHERE id = ?', [
    record.planDigest,
    outcome,
    finishedAt,
    JSON.stringify(record),
    record.id,
  ]);
}

function writeAttempts(change: Change, record: RunRecord): void {
  for (const attempt of record.attempts) {
    const [outcome, finishedAt] = endOf(attempt);
    insert(change, 'INSERT OR REPLACE', 'attempts', {
      run_id: record.id,
      attempt: attempt.attempt,
      started_at: attempt.startedAt,
      started_by: attempt.by,
      plan_digest: attempt.planDigest,
      config_digest: attempt.config?.digest ?? null,
      outcome,
      finished_at: finishedAt,
    });
  }
}

function writeOperations(change: Change, record: RunRecord): void {
  for (const [position, operation] of record.operations.entries()) {
    insert(change, 'INSERT OR REPLACE', 'run_operations', {
      run_id: record.id,
      position,
      operation_id: operation.id,
      type: operation.type,
      name: operation.name,
      phase: operation.phase,
      status: operation.status,
      attempts: operation.attempts,
      started_at: operation.startedAt ?? null,
      duration_ms: operation.durationMs ?? null,
      detail: operation.detail ?? null,
      error_code: operation.failure?.code ?? null,
      error_message: operation.failure?.message ?? null,
    });
  }
}

/** Every try of a run's migrations, and the target that they belong to; what is there already stays as it is. */
export function keepMigrations(
  database: Database,
  change: Change,
  projectName: string,
  target: string,
  rows: readonly MigrationRow[],
): void {
  const project = projectId(database, projectName);
  writeTarget(change, project, target);
  writeMigrations(change, project, rows);
}

function writeMigrations(change: Change, project: number, rows: readonly MigrationRow[]): void {
  for (const row of rows) {
    insert(change, 'INSERT OR IGNORE', 'migration_attempts', {
      ...historyColumns(project, row),
      run_id: row.run,
      seq: row.seq,
      attempt: row.attempt,
      operation_id: row.operation,
      try: row.try,
      moved_from: row.movedFrom ?? null,
    });
  }
}

/**
 * Brings `migration_history` up to date for the migrations that were tried. Done once, after all journals: what stands is the latest
 * by time, whichever run was folded first.
 */
export function writeCurrentView(database: Database, tried: readonly TriedMigration[]): void {
  const targets = new Map<string, { readonly project: string; readonly rows: Map<string, MigrationRow> }>();
  for (const { project, row } of tried) {
    const key = JSON.stringify([project, row.target]);
    const one = targets.get(key) ?? { project, rows: new Map<string, MigrationRow>() };
    one.rows.set(`${row.run} ${row.seq}`, row);
    targets.set(key, one);
  }
  inTransaction(database, (change) => {
    for (const { project, rows } of targets.values()) {
      const [id, target] = [projectId(database, project), [...rows.values()][0]?.target ?? ''];
      for (const [file, { tries, moves }] of triesOf(database, id, target, [...rows.values()])) {
        const current = currentMigration(tries, moves);
        if (current) writeCurrent(change, id, current);
        else change(REMOVE_CURRENT, [id, target, file]);
      }
    }
  });
}

/** A file that was renamed has its row under its new path. */
const REMOVE_CURRENT = 'DELETE FROM migration_history WHERE project_id = ? AND target_name = ? AND migration_file = ?';

/** The row keeps its id: it is one migration on one target, whatever became of it since. */
function writeCurrent(change: Change, project: number, row: MigrationRow): void {
  insert(change, 'INSERT', 'migration_history', historyColumns(project, row), [
    'ON CONFLICT(project_id, target_name, migration_file) DO UPDATE SET',
    ['migration_checksum', 'applied_at', 'applied_by', 'execution_time_ms', 'status', 'error_message']
      .map((column) => `${column} = excluded.${column}`)
      .join(', '),
  ]);
}

interface Tries {
  readonly tries: MigrationRow[];
  /** Rows of the files that this one became. */
  readonly moves: MigrationRow[];
}

/** All tries of the files of some of them. Where these are all that the target has, which is so after its first run, nothing is read. */
function triesOf(
  database: Database,
  project: number,
  target: string,
  known: readonly MigrationRow[],
): ReadonlyMap<string, Tries> {
  const files = new Set(known.flatMap(({ file, movedFrom }) => (movedFrom === undefined ? [file] : [file, movedFrom])));
  const byFile = new Map([...files].map((file): [string, Tries] => [file, { tries: [], moves: [] }]));
  const count = 'SELECT count(*) AS rows FROM migration_attempts WHERE project_id = ? AND target_name = ?';
  const isAll = rowsOf(database, count, [project, target])[0]?.rows === known.length;
  for (const one of isAll ? known : readTries(database, project, target, files)) {
    byFile.get(one.file)?.tries.push(one);
    if (one.movedFrom !== undefined) byFile.get(one.movedFrom)?.moves.push(one);
  }
  return byFile;
}

/** In one question however many files there are. */
function readTries(
  database: Database,
  project: number,
  target: string,
  files: ReadonlySet<string>,
): readonly MigrationRow[] {
  const sql = `SELECT * FROM migration_attempts
    WHERE project_id = ? AND target_name = ? AND migration_file IN (SELECT value FROM json_each(?))
    UNION ALL SELECT * FROM migration_attempts
    WHERE project_id = ? AND target_name = ? AND moved_from IN (SELECT value FROM json_each(?))
      AND migration_file NOT IN (SELECT value FROM json_each(?))`;
  const [names, where] = [JSON.stringify([...files]), [project, target]];
  return rowsOf(database, sql, [...where, names, ...where, names, names]).map(tryIn);
}

const historyColumns = (project: number, row: MigrationRow): Readonly<Record<string, SqlValue>> => ({
  project_id: project,
  target_name: row.target,
  migration_file: row.file,
  migration_checksum: row.checksum,
  applied_at: row.appliedAt,
  applied_by: row.appliedBy,
  execution_time_ms: row.executionMs,
  status: row.status,
  error_message: row.errorMessage ?? null,
});

function writePosition(change: Change, { record, bytes, damage }: FoldedRun): void {
  const found = damage.length > 0 ? JSON.stringify(damage) : null;
  change(
    `INSERT INTO journal_positions (run_id, bytes, seq, damage) VALUES (?, ?, ?, ?)
     ON CONFLICT(run_id) DO UPDATE SET bytes = excluded.bytes, seq = excluded.seq, damage = coalesce(excluded.damage, damage)`,
    [record.id, bytes, record.lastSeq, found],
  );
}

const endOf = ({ end }: Pick<RunRecord, 'end'>): [string | null, string | null] =>
  end.type === 'finished' ? [end.outcome, end.at] : [null, null];

function insert(
  change: Change,
  verb: 'INSERT' | 'INSERT OR IGNORE' | 'INSERT OR REPLACE',
  table: string,
  values: Readonly<Record<string, SqlValue>>,
  after: readonly string[] = [],
): void {
  const columns = Object.keys(values);
  const marks = columns.map(() => '?').join(', ');
  const sql = `${verb} INTO ${table} (${columns.join(', ')}) VALUES (${marks}) ${after.join(' ')}`;
  change(sql, Object.values(values));
}
