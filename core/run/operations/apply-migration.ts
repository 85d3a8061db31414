import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import { info } from '../operation-context.ts';
import { leaseLost, type OperationResult } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';
import { aheadOf } from './ahead.ts';
import { moveRow, putRow } from './change-rows.ts';
import { continueAlone } from './continue-alone.ts';
import { type Meeting, memberOf, unpreparedResult } from './meeting.ts';
import type { Member } from './member.ts';
import { finishedRow, transactionResult } from './migration-result.ts';
import { prepare } from './migration-script.ts';
import { runAlone } from './run-alone.ts';
import { runInTransaction } from './run-in-transaction.ts';
import type { ScriptText } from './script-text.ts';
import { settleMigration } from './settle-migration.ts';
import { togetherWith } from './together-with.ts';

/** `taken`: another clone came in between; its row says how the migration stands, so the history is to be read again. */
export async function applyMigration(
  operation: MigrationOperation,
  script: ScriptText,
  meeting: Meeting,
): Promise<OperationResult | 'taken'> {
  const { session, history, context, signal } = meeting;
  const settled = await settleMigration(operation, script, history, context);
  switch (settled.type) {
    case 'ended':
      return settled.result;
    case 'renamed':
      return moveRow(operation, settled.row, history, session, context, signal);
    case 'stopped':
      return applyStopped(operation, script, settled.row, meeting);
    case 'apply':
      return applyNew(operation, script, settled.row, meeting);
  }
}

async function applyNew(
  operation: MigrationOperation,
  script: ScriptText,
  row: AppliedMigration | undefined,
  meeting: Meeting,
): Promise<OperationResult | 'taken'> {
  const { session, history, context, signal } = meeting;
  const ahead = aheadOf(operation.id, context.target);
  const begun = ahead?.script === script ? ahead.member : undefined;
  const prepared = begun?.prepared ?? prepare(script, context);
  const unready = unpreparedResult(operation, prepared);
  if (unready) return unready;
  // A row that says `succeeded` cannot be claimed: the earlier form of a repeatable file steps aside, and comes back where the new one fails.
  const aside = row?.status === 'succeeded' ? { ...row, status: 'rolled_back' as const } : undefined;
  const undone = aside && (await putRow(aside, [], history, session, context, signal));
  if (undone) return undone;
  const member = begun ?? memberOf(operation, script, prepared, context);
  const mode = transactionMode(prepared, dialectIn(context), session.serverVersion);
  if (mode.type === 'alone') {
    context.log(info(`Runs statement by statement: ${mode.why}.`));
    return applyAlone(member, 0, meeting);
  }
  const result = await applyTogether(member, meeting);
  if (row && aside && result !== 'taken' && (result.outcome === 'failed' || result.outcome === 'cancelled'))
    return (await putRow(row, [], history, session, context, new AbortController().signal)) ?? result;
  return result;
}

/** The migration in one transaction, and with it those that share it where the plan asks for that. */
async function applyTogether(first: Member, meeting: Meeting): Promise<OperationResult | 'taken'> {
  const { session, history, context, signal } = meeting;
  const others = await togetherWith(first.operation, meeting);
  if (others.type === 'refused') return others.result;
  const members: readonly [Member, ...Member[]] = [first, ...others.members];
  const end = await runInTransaction(members, session, context, signal);
  if (end.type === 'taken') return 'taken';
  if (end.type === 'lease-lost') return leaseLost();
  if (end.type === 'committed') {
    for (const [i, member] of members.entries()) {
      const { path } = member.operation.script;
      history.set(path, finishedRow(member, end.rows[i]?.executionMs ?? 0, context));
      if (i > 0) context.target.together.set(member.operation.id, first.operation.script.path);
    }
  }
  return transactionResult(end, members, context);
}

/** A row that says that the migration stopped half-way: it goes on where it stopped, or begins anew where nothing of it was done. */
async function applyStopped(
  operation: MigrationOperation,
  script: ScriptText,
  row: AppliedMigration,
  meeting: Meeting,
): Promise<OperationResult | 'taken'> {
  const { session, context, signal } = meeting;
  if (row.statementIndex === 0 && !row.inFlight) return applyNew(operation, script, undefined, meeting);
  const prepared = prepare(script, context);
  const unready = unpreparedResult(operation, prepared);
  if (unready) return unready;
  const where = await continueAlone(row, { operation, prepared }, session, context, signal);
  if (where.type === 'ended') return where.result;
  return applyAlone(memberOf(operation, script, prepared, context, where.reason), where.at, meeting);
}

async function applyAlone(
  member: Member,
  at: number,
  { session, history, context, signal }: Meeting,
): Promise<OperationResult | 'taken'> {
  const end = await runAlone(member, at, session, context, signal);
  if (end === 'taken' || end.outcome !== 'finished') return end;
  const { path, checksum } = member.operation.script;
  history.set(path, finishedRow(member, end.executionMs, context));
  const count = member.prepared.statements.length;
  return {
    outcome: 'succeeded',
    retryable: false,
    detail: `${count} statement${count === 1 ? '' : 's'}${at > 0 ? `, from statement ${at + 1} on` : ', one by one'}`,
    migration: { file: path, checksum, status: 'success', executionMs: end.executionMs },
  };
}
