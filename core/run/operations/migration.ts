import type { MigrationOperation, ScriptRef } from '../../model/operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { type OperationResult, readOnlyResult } from '../operation-result.ts';
import { aheadOf, discardAhead } from './ahead.ts';
import { applyMigration } from './apply-migration.ts';
import { acceptChange, markApplied } from './change-rows.ts';
import type { Meeting } from './meeting.ts';
import { readUnchanged } from './migration-script.ts';
import { rollBackMigration } from './roll-back-migration.ts';
import type { ScriptText } from './script-text.ts';
import { refusal } from './settle-migration.ts';
import { openLocked, readTargetHistory } from './target-history.ts';

/** One look decides, a second one where another clone came in between; more would say that the target contradicts itself. */
const mostLooks = 3;

/**
 * Does what an operation asks of a migration exactly once: hash its script again → lock in the target → settle from the target's own history
 * → act. Spec: rulings, "Digest and base", "Migration history, twice", "Transactions", "Rollback".
 */
export async function runMigration(
  operation: MigrationOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const ref = scriptToRun(operation);
  if (!ref) return refusal('ROLLBACK_MISSING', `${operation.script.path} has no rollback script.`, operation);
  const begun = aheadOf(operation.id, context.target);
  const read = begun ? ({ type: 'read', script: begun.script } as const) : await readUnchanged(ref, context);
  if (read.type === 'refused') return read.result;
  const locked = await openLocked(context, signal);
  if (locked.type === 'refused') return locked.result;

  const { session } = locked;
  for (let looks = 0; looks < mostLooks; looks++) {
    const history = await readTargetHistory(session, context, signal);
    if (history.type === 'refused') return history.result;
    const result = await act(operation, read.script, { session, history: history.rows, context, signal });
    const discarded = await discardAhead(operation.id, session, context.target);
    if (discarded.type !== 'done') return readOnlyResult(discarded, 'Rolling back what was begun ahead');
    if (result !== 'taken') return result;
    context.target.history = undefined;
  }
  return refusal(
    'MIGRATION_UNSETTLED',
    `${operation.script.path} is recorded as applied and yet cannot be read back from the target's history. Look at srdeploy_migrations in the target.`,
    operation,
  );
}

function scriptToRun({ action, script, rollback }: MigrationOperation): ScriptRef | undefined {
  if (action !== 'roll_back') return script;
  return typeof rollback === 'object' ? rollback : undefined;
}

function act(operation: MigrationOperation, script: ScriptText, meeting: Meeting): Promise<OperationResult | 'taken'> {
  const { session, history, context, signal } = meeting;
  switch (operation.action ?? 'apply') {
    case 'roll_back':
      return rollBackMigration(operation, script, meeting);
    case 'mark_applied':
      return markApplied(operation, script, history, session, context, signal);
    case 'accept_change':
      return acceptChange(operation, script, history, session, context, signal);
    case 'apply':
      return applyMigration(operation, script, meeting);
  }
}
