import type { AppliedMigration } from '../../model/migration.ts';
import type { FinishedRow } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import type { OperationResult } from '../operation-result.ts';
import type { Member } from './member.ts';
import { placeIn, refusedFailure } from './migration-failure.ts';
import type { TransactionEnd } from './run-in-transaction.ts';

type Decided = Extract<TransactionEnd, { type: 'committed' | 'undone' }>;

/** What a transaction came to, for the first of the operations that share it. */
export async function transactionResult(
  end: Decided,
  members: readonly [Member, ...Member[]],
  context: OperationContext,
): Promise<OperationResult> {
  return end.type === 'undone' ? undoneResult(end, members, context) : committedResult(end.rows, members);
}

/** What was committed, for the first of the operations that share a transaction. */
export function committedResult(
  rows: readonly FinishedRow[],
  members: readonly [Member, ...Member[]],
): OperationResult {
  const [first] = members;
  const { path, checksum } = first.operation.script;
  const count = members.reduce((sum, { prepared }) => sum + prepared.statements.length, 0);
  const files = members.length === 1 ? '' : ` of ${members.length} files in one transaction`;
  return {
    outcome: 'succeeded',
    retryable: false,
    detail: `${count} statement${count === 1 ? '' : 's'}${files}`,
    migration: {
      file: path,
      checksum,
      status: first.claim.action === 'roll_back' ? 'rolled_back' : 'success',
      executionMs: rows[0]?.executionMs ?? 0,
    },
  };
}

/** Refused and rolled back: failed or cancelled. Lost with something in flight: unknown, settled on resume. */
async function undoneResult(
  { outcome, member, statement }: Extract<TransactionEnd, { type: 'undone' }>,
  members: readonly [Member, ...Member[]],
  context: OperationContext,
): Promise<OperationResult> {
  const where = { operation: member.operation, prepared: member.prepared, statement };
  if (outcome.type === 'lost') {
    await context.target.drop();
    const message = `The connection was lost with the migration in flight (${outcome.message}). Whether it was committed is not known here; resume settles it from the target's own history.`;
    return { outcome: 'unknown', retryable: false, failure: { code: 'CONNECTION_LOST', message, ...placeIn(where) } };
  }
  const others = members.length - 1;
  const stands = outcome.cause === 'error' ? '' : 'the migration was rolled back.';
  const told = refusedFailure(outcome, where, context, stands);
  const shared = `${member.operation.script.path}, in one transaction with ${others} other${others === 1 ? '' : 's'}, of which nothing is applied: `;
  const failure = others === 0 ? told : { ...told, message: `${shared}${told.message}` };
  if (outcome.cause === 'cancelled') return { outcome: 'cancelled', retryable: false, failure };
  const { path, checksum } = members[0].operation.script;
  return {
    outcome: 'failed',
    retryable: true,
    failure,
    migration: { file: path, checksum, status: 'failed', executionMs: 0 },
  };
}

/** The row of a migration at its end, as the history has it now. */
export function finishedRow(
  { claim, prepared }: Member,
  executionMs: number,
  { world }: Pick<OperationContext, 'world'>,
) {
  const { action, ...row } = claim;
  const finished: AppliedMigration = {
    ...row,
    status: action === 'roll_back' ? 'rolled_back' : 'succeeded',
    appliedAt: world.clock.now().toISOString(),
    executionMs,
    statementIndex: prepared.statements.length,
    inFlight: false,
  };
  return finished;
}
