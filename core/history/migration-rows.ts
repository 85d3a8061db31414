import type { Digest, OperationId, RunId, TargetId } from '../model/ids.ts';
import type { RunRecord } from '../model/record.ts';
import type { MigrationResult, RunEvent } from '../model/run.ts';

/** One try of a migration: a row of the append-only `migration_attempts`, told apart by (run, seq). */
export interface MigrationRow {
  readonly run: RunId;
  readonly seq: number;
  readonly attempt: number;
  readonly operation: OperationId;
  readonly try: number;
  /** The target's id, or `target/database` for a database that is not the target's own. Spec: rulings, "Migration history, twice". */
  readonly target: string;
  /** Relative to the project. */
  readonly file: string;
  readonly checksum: Digest;
  /** ISO 8601, UTC: when the try ended. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly executionMs: number;
  readonly status: MigrationResult['status'];
  readonly errorMessage: string | undefined;
  /** The file's earlier path, where its row was moved because it was renamed. */
  readonly movedFrom: string | undefined;
}

/**
 * The row that an event adds; undefined for every event but the end of a migration's try. That there was nothing to do is no try. `record`
 * is the run's, folded up to the event.
 */
export function migrationRow(
  record: Pick<RunRecord, 'id' | 'target' | 'by' | 'attempts'>,
  event: RunEvent,
): MigrationRow | undefined {
  if (event.type !== 'operation.finished' || !event.migration) return undefined;
  if (event.outcome === 'nothing-to-do' && event.migration.movedFrom === undefined) return undefined;
  return {
    run: record.id,
    seq: event.seq,
    attempt: event.attempt,
    operation: event.operation,
    try: event.try,
    target: historyTarget(record.target, event.migration.database),
    file: event.migration.file,
    checksum: event.migration.checksum,
    appliedAt: event.at,
    appliedBy: record.attempts.find((one) => one.attempt === event.attempt)?.by ?? record.by,
    executionMs: event.migration.executionMs,
    status: event.migration.status,
    errorMessage: event.failure?.message,
    movedFrom: event.migration.movedFrom,
  };
}

/** What the project's own history calls a database of a target; undefined: the target's own. */
export const historyTarget = (target: TargetId, database: string | undefined): string =>
  database === undefined ? target : `${target}/${database}`;

/**
 * The row of `migration_history`, the current view, for the tries of one file on one target, in any order. A try that failed after a
 * success leaves the success standing: the migration is still applied. `moves` are the rows of other files that the file became: nothing
 * of it is left then, until it is tried again. Spec: rulings, "Migration history, twice".
 */
export function currentMigration(
  tries: readonly MigrationRow[],
  moves: readonly MigrationRow[] = [],
): MigrationRow | undefined {
  const away = new Set(moves);
  return [...tries, ...moves].sort(byTime).reduce<MigrationRow | undefined>((current, row) => {
    if (away.has(row)) return undefined;
    return current?.status === 'success' && row.status === 'failed' ? current : row;
  }, undefined);
}

function byTime(a: MigrationRow, b: MigrationRow): number {
  if (a.appliedAt !== b.appliedAt) return a.appliedAt < b.appliedAt ? -1 : 1;
  if (a.run !== b.run) return a.run < b.run ? -1 : 1;
  return a.seq - b.seq;
}
