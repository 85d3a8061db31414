import type { MigrationRow } from '../history/migration-rows.ts';
import type { OperationRecord, RunRecord } from '../model/record.ts';
import type { CsvCell } from './csv.ts';

/** The kinds of records that a history is exported as. */
export const exportKinds = ['runs', 'operations', 'migrations'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** One exported record: names and plain values, in the order of the columns. */
export type ExportedRecord = Readonly<Record<string, CsvCell>>;

export const exportedRun = (record: RunRecord): ExportedRecord => ({
  run: record.id,
  project: record.project,
  target: record.target,
  plan: record.planFile,
  plan_name: record.planName,
  plan_digest: record.planDigest,
  purpose: record.purpose.type,
  created_at: record.createdAt,
  created_by: record.by,
  outcome: record.end.type === 'finished' ? record.end.outcome : undefined,
  finished_at: record.end.type === 'finished' ? record.end.at : undefined,
  attempts: record.attempts.length,
  error_code: record.failure?.code,
  error_message: record.failure?.message,
});

export const exportedOperation = (run: RunRecord, operation: OperationRecord, index: number): ExportedRecord => ({
  run: run.id,
  target: run.target,
  position: index + 1,
  operation: operation.id,
  type: operation.type,
  name: operation.name,
  phase: operation.phase,
  status: operation.status,
  tries: operation.attempts,
  started_at: operation.startedAt,
  duration_ms: operation.durationMs,
  detail: operation.detail,
  error_code: operation.failure?.code,
  error_message: operation.failure?.message,
});

export const exportedMigration = (row: MigrationRow): ExportedRecord => ({
  run: row.run,
  target: row.target,
  operation: row.operation,
  attempt: row.attempt,
  try: row.try,
  file: row.file,
  checksum: row.checksum,
  status: row.status,
  applied_at: row.appliedAt,
  applied_by: row.appliedBy,
  execution_ms: row.executionMs,
  error_message: row.errorMessage,
  moved_from: row.movedFrom,
});

/** The names of the columns, for a table without a row. */
export const exportColumns: Readonly<Record<ExportKind, readonly string[]>> = {
  runs: [
    'run',
    'project',
    'target',
    'plan',
    'plan_name',
    'plan_digest',
    'purpose',
    'created_at',
    'created_by',
    'outcome',
    'finished_at',
    'attempts',
    'error_code',
    'error_message',
  ],
  operations: [
    'run',
    'target',
    'position',
    'operation',
    'type',
    'name',
    'phase',
    'status',
    'tries',
    'started_at',
    'duration_ms',
    'detail',
    'error_code',
    'error_message',
  ],
  migrations: [
    'run',
    'target',
    'operation',
    'attempt',
    'try',
    'file',
    'checksum',
    'status',
    'applied_at',
    'applied_by',
    'execution_ms',
    'error_message',
    'moved_from',
  ],
};
