import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { lineDifference } from '../../plan/line-difference.ts';
import { readStoredSql } from '../../plan/stored-sql.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import { migrationVersion } from '../../read/migration-version.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { cancelled, failed, leaseLost, type OperationResult } from '../operation-result.ts';
import { claimOf, prepare, sqlOf } from './migration-script.ts';
import type { ScriptText } from './script-text.ts';
import { refusal } from './settle-migration.ts';

/** Writes the row of a migration that somebody applied by other means; runs nothing. Spec: rulings, "Migration history, twice". */
export async function markApplied(
  operation: MigrationOperation,
  script: ScriptText,
  history: Map<string, AppliedMigration>,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { path, checksum, tokenChecksum } = operation.script;
  const before = history.get(path);
  if (before?.status === 'succeeded') {
    if (before.checksum === checksum || before.tokenChecksum === tokenChecksum)
      return nothingToDo(before, `already recorded as applied at ${before.appliedAt} by ${before.appliedBy}`);
    const message = `${path} is recorded as applied with other statements. To take the file as it is now: srdeploy migration repair`;
    return refusal('MIGRATION_CHANGED', message, operation);
  }
  const prepared = prepare(script, context);
  const { action: _action, ...claim } = claimOf(operation, 'apply', sqlOf(script, prepared, context), context);
  const row: AppliedMigration = {
    ...claim,
    status: 'succeeded',
    appliedAt: context.world.clock.now().toISOString(),
    executionMs: 0,
    statementIndex: prepared.statements.length,
    inFlight: false,
  };
  const undone = await putRow(row, [], history, session, context, signal);
  if (undone) return undone;
  return done(row, `recorded as applied, nothing was run: ${operation.reason ?? 'no reason given'}`);
}

/** Takes the file as it is now for what was applied; shows in the log what that changes. */
export async function acceptChange(
  operation: MigrationOperation,
  script: ScriptText,
  history: Map<string, AppliedMigration>,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { path, checksum, tokenChecksum } = operation.script;
  const before = history.get(path);
  if (before?.status !== 'succeeded')
    return refusal(
      'MIGRATION_NOT_APPLIED',
      `${path} is not recorded as applied: there is nothing to accept.`,
      operation,
    );
  if (before.checksum === checksum) return nothingToDo(before, 'the file is what was applied');
  context.log(info(`As it was recorded (-) and as ${path} is accepted now (+):`));
  for (const line of lineDifference(readStoredSql(before.sql).text, script.text)) context.log(info(line));
  const sql = sqlOf(script, prepare(script, context), context);
  const row = { ...before, checksum, tokenChecksum, sql, reason: operation.reason ?? before.reason };
  const undone = await putRow(row, [], history, session, context, signal);
  return undone ?? done(row, `accepted as it is now: ${operation.reason ?? 'no reason given'}`);
}

/** Gives the row of a migration the path that its file has now. */
export async function moveRow(
  operation: MigrationOperation,
  before: AppliedMigration,
  history: Map<string, AppliedMigration>,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { path } = operation.script;
  const row = { ...before, path, version: migrationVersion(path) };
  const undone = await putRow(row, [before.path], history, session, context, signal);
  if (undone) return undone;
  const result = nothingToDo(row, `renamed from ${before.path}`);
  return { ...result, ...(result.migration && { migration: { ...result.migration, movedFrom: before.path } }) };
}

/** Undefined where the row is written; it stands in `history` then too. */
export async function putRow(
  row: AppliedMigration,
  removed: readonly string[],
  history: Map<string, AppliedMigration>,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult | undefined> {
  if (!(await context.lease.confirm())) return leaseLost();
  const remove = removed.map((path) => ({ scope: row.scope, path }));
  const changed = await session.changeHistory({ put: [row], remove }, signal);
  if (changed.type === 'done') {
    for (const path of removed) history.delete(path);
    history.set(row.path, row);
    return undefined;
  }
  context.target.history = undefined;
  if (changed.type === 'refused') {
    if (changed.cause === 'cancelled') return cancelled('Cancelled; the history of the target was not changed.');
    const message = `The history of the target could not be changed: ${changed.error.message}`;
    return failed({ code: 'SQL_ERROR', message, file: row.path });
  }
  await context.target.drop();
  const message = `The connection was lost while the history of the target was changed (${changed.message}). Whether it was is not known here; resume settles it from the target's own history.`;
  return { outcome: 'unknown', retryable: false, failure: { code: 'CONNECTION_LOST', message, file: row.path } };
}

const resultOf = ({ path, checksum, executionMs }: AppliedMigration) => ({
  file: path,
  checksum,
  status: 'success' as const,
  executionMs,
});

const done = (row: AppliedMigration, detail: string): OperationResult => ({
  outcome: 'succeeded',
  retryable: false,
  detail,
  migration: resultOf(row),
});

const nothingToDo = (row: AppliedMigration, detail: string): OperationResult => ({
  outcome: 'nothing-to-do',
  retryable: false,
  detail,
  migration: resultOf(row),
});
