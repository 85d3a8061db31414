import { digest, type MigrationRow, operationId, runId } from '../../core/index.ts';
import { numberIn, optionalText, type Row, textIn } from './rows.ts';

/** A row of `migration_attempts` as core knows it. */
export const tryIn = (row: Row): MigrationRow => ({
  run: runId(textIn(row, 'run_id')),
  seq: numberIn(row, 'seq'),
  attempt: numberIn(row, 'attempt'),
  operation: operationId(textIn(row, 'operation_id')),
  try: numberIn(row, 'try'),
  target: textIn(row, 'target_name'),
  file: textIn(row, 'migration_file'),
  checksum: digest(textIn(row, 'migration_checksum')),
  appliedAt: textIn(row, 'applied_at'),
  appliedBy: textIn(row, 'applied_by'),
  executionMs: numberIn(row, 'execution_time_ms'),
  status: textIn(row, 'status') as MigrationRow['status'],
  errorMessage: optionalText(row, 'error_message'),
  movedFrom: optionalText(row, 'moved_from'),
});
