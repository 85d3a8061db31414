import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { leaseLost, type OperationResult } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';
import { continueAlone } from './continue-alone.ts';
import { type Meeting, unpreparedResult } from './meeting.ts';
import type { Member } from './member.ts';
import { transactionResult } from './migration-result.ts';
import { claimOf, prepare, sqlOf } from './migration-script.ts';
import { runAlone } from './run-alone.ts';
import { runInTransaction } from './run-in-transaction.ts';
import type { ScriptText } from './script-text.ts';
import { refusal } from './settle-migration.ts';

/** Runs the rollback script of an applied migration; its row becomes `rolled_back`. Spec: rulings, "Rollback". */
export async function rollBackMigration(
  operation: MigrationOperation,
  script: ScriptText,
  meeting: Meeting,
): Promise<OperationResult | 'taken'> {
  const { session, history, context, signal } = meeting;
  const row = history.get(operation.script.path);
  const settled = settleRollback(operation, row, meeting);
  if (settled || !row) return settled ?? notApplied(operation);
  const prepared = prepare(script, context);
  const unready = unpreparedResult(operation, prepared);
  if (unready) return unready;
  const member = (reason?: string): Member => ({
    operation: { ...operation, script: operation.script },
    prepared,
    claim: claimOf(operation, 'roll_back', sqlOf(script, prepared, context), context, reason),
  });

  const isBegun = row.status === 'rolling_back' && (row.statementIndex > 0 || row.inFlight);
  const mode = transactionMode(prepared, dialectIn(context), session.serverVersion);
  if (!isBegun && mode.type === 'transaction') {
    const end = await runInTransaction([member()], session, context, signal);
    if (end.type === 'taken') return 'taken';
    if (end.type === 'lease-lost') return leaseLost();
    if (end.type === 'committed') remember(row, meeting);
    return transactionResult(end, [member()], context);
  }
  if (mode.type === 'alone') context.log(info(`Runs statement by statement: ${mode.why}.`));
  const where = isBegun
    ? await continueAlone(row, { operation, prepared }, session, context, signal)
    : ({ type: 'go-on', at: 0, reason: undefined } as const);
  if (where.type === 'ended') return where.result;
  const end = await runAlone(member(where.reason), where.at, session, context, signal);
  if (end === 'taken' || end.outcome !== 'finished') return end;
  remember(row, meeting);
  const { path, checksum } = operation.script;
  const count = prepared.statements.length;
  return {
    outcome: 'succeeded',
    retryable: false,
    detail: `${count} statement${count === 1 ? '' : 's'}, one by one`,
    migration: { file: path, checksum, status: 'rolled_back', executionMs: end.executionMs },
  };
}

const remember = (row: AppliedMigration, { history }: Meeting): void => {
  history.set(row.path, { ...row, status: 'rolled_back', inFlight: false });
};

/** What the row decides already; undefined where the rollback script is to be run. */
function settleRollback(
  operation: MigrationOperation,
  row: AppliedMigration | undefined,
  { context }: Meeting,
): OperationResult | undefined {
  const { path } = operation.script;
  switch (row?.status) {
    case undefined:
      return notApplied(operation);
    case 'succeeded':
      return whyNotOurs(operation, row, context);
    case 'rolling_back':
      return undefined;
    case 'started':
      return refusal(
        'MIGRATION_UNFINISHED',
        `${path} stopped half-way, before statement ${row.statementIndex + 1}: its rollback script is written for the whole of it. Finish it first (srdeploy resume ${row.runId}), or take back by hand what was applied.`,
        operation,
      );
    case 'rolled_back': {
      const isOurs = row.runId === context.run;
      return {
        outcome: isOurs ? 'succeeded' : 'nothing-to-do',
        retryable: false,
        detail: isOurs ? 'settled from the target: it is rolled back' : 'rolled back already',
        migration: { file: path, checksum: row.checksum, status: 'rolled_back', executionMs: row.executionMs },
      };
    }
  }
}

/** Somebody applied it anew, or accepted another text, since the rollback was planned. */
function whyNotOurs(
  operation: MigrationOperation,
  row: AppliedMigration,
  { plan: { purpose } }: OperationContext,
): OperationResult | undefined {
  const isOfRun = purpose?.type !== 'roll_back' || row.runId === purpose.of;
  if (isOfRun && row.checksum === operation.script.checksum) return undefined;
  const message = `${row.path} is not as this run applied it any more: run ${row.runId} by ${row.appliedBy} wrote its row at ${row.appliedAt}. Nothing of it was taken back; plan the rollback again.`;
  return refusal('ROLLBACK_CHANGED', message, operation);
}

const notApplied = (operation: MigrationOperation): OperationResult => ({
  outcome: 'nothing-to-do',
  retryable: false,
  detail: `the target has nothing of ${operation.script.path}`,
});
