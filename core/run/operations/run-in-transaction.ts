import type { Claim, DatabaseSession, FinishedRow, ScriptOutcome, ScriptStatement } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import { info, type OperationContext, type Undone } from '../operation-context.ts';
import { aheadOf, takeAhead } from './ahead.ts';
import { migrationLimits, pauseForLock } from './lock-pause.ts';
import type { Member } from './member.ts';
import { chunksOf, echoesBefore } from './script-chunks.ts';

export type TransactionEnd =
  | { readonly type: 'committed'; readonly rows: readonly FinishedRow[] }
  /** Somebody else has applied one of them since the history was read; nothing was done. */
  | { readonly type: 'taken' }
  | { readonly type: 'lease-lost' }
  /** Refused: rolled back. Lost: nobody here knows. */
  | {
      readonly type: 'undone';
      readonly outcome: Undone;
      readonly member: Member;
      readonly statement: SqlStatement | undefined;
    };

/**
 * Migrations in one transaction with their history rows: claim first, then the statements, then COMMIT as a message of its own. One that
 * waits in vain for a lock is rolled back and tried again; nothing else is. Spec: rulings, "Transactions".
 */
export async function runInTransaction(
  members: readonly [Member, ...Member[]],
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<TransactionEnd> {
  for (let n = 1; ; n++) {
    const end = await runOnce(members, session, context, signal);
    if (end.type !== 'undone' || end.outcome.type === 'lost') return end;
    const back = await session.rollback();
    if (back.type !== 'done') return { ...end, outcome: { type: 'lost', message: 'the rollback was not confirmed' } };
    if (end.outcome.cause !== 'lock-timeout' || signal.aborted) return end;
    if ((await pauseForLock(n, members[0].operation, context, signal)) === 'spent') return end;
    if (signal.aborted) return { ...end, statement: undefined, outcome: cancelledBetween };
  }
}

async function runOnce(
  members: readonly [Member, ...Member[]],
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<TransactionEnd> {
  const { clock } = context.world;
  const rows: FinishedRow[] = [];
  for (const member of members) {
    const started = aheadOf(member.operation.id, context.target)?.begunAt ?? clock.monotonicMs();
    const stopped =
      (await endOfAhead(member, session, context, signal)) ?? (await sendScript(member, session, context, signal));
    if (stopped !== 'sent') return stopped;
    const { scope, path } = member.claim;
    rows.push({ scope, path, executionMs: Math.round(clock.monotonicMs() - started) });
  }
  const last = members.at(-1) ?? members[0];
  if (signal.aborted) return { type: 'undone', outcome: cancelledBetween, member: last, statement: undefined };
  if (!(await context.lease.confirm())) return leaseLost(session);
  const committed = await session.commitMigrations(rows);
  if (committed.type !== 'done') return { type: 'undone', outcome: committed, member: last, statement: undefined };
  return { type: 'committed', rows };
}

/** What became of a migration that was sent in its turn; undefined where nothing of it was begun, so that it is to be sent now. */
async function endOfAhead(
  member: Member,
  session: DatabaseSession,
  { target }: OperationContext,
  signal: AbortSignal,
): Promise<TransactionEnd | 'sent' | undefined> {
  const ahead = aheadOf(member.operation.id, target);
  if (!ahead) return undefined;
  const end = await takeAhead(ahead, target, signal);
  switch (end.type) {
    case 'committed': {
      const { scope, path } = member.claim;
      return { type: 'committed', rows: [{ scope, path, executionMs: end.executionMs }] };
    }
    case 'skipped':
      return undefined;
    case 'done':
      return end.value === 'taken' ? taken(session) : 'sent';
    default: {
      const statement = end.statement === undefined ? undefined : member.prepared.statements[end.statement];
      return { type: 'undone', outcome: end, member, statement };
    }
  }
}

async function sendScript(
  member: Member,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<TransactionEnd | 'sent'> {
  for (const [i, chunk] of chunksOf(member.prepared).entries()) {
    for (const text of chunk.echoes) context.log(info(text));
    const claim = i === 0 ? member.claim : undefined;
    const sent = await sendChunk(claim, chunk.statements, session, context, signal);
    if (sent === 'lease-lost') return leaseLost(session);
    if (sent.type !== 'done') {
      const index = sent.statement;
      const statement = index === undefined ? undefined : member.prepared.statements[chunk.from + index];
      return { type: 'undone', outcome: sent, member, statement };
    }
    if (sent.value === 'taken') return taken(session);
  }
  const { directives, statements } = member.prepared;
  for (const text of echoesBefore(directives, statements.length)) context.log(info(text));
  return 'sent';
}

/** The first request of a migration claims its row. */
async function sendChunk(
  claim: Claim | undefined,
  statements: readonly ScriptStatement[],
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<ScriptOutcome<'claimed' | 'taken'> | 'lease-lost'> {
  if (!(await context.lease.confirm())) return 'lease-lost';
  const limits = migrationLimits(context);
  if (claim) return session.openMigration(claim, statements, limits, signal);
  const more = await session.runStatements(statements, limits, signal);
  return more.type === 'done' ? { type: 'done', value: 'claimed' } : more;
}

async function taken(session: DatabaseSession): Promise<TransactionEnd> {
  await session.rollback();
  return { type: 'taken' };
}

async function leaseLost(session: DatabaseSession): Promise<TransactionEnd> {
  await session.rollback();
  return { type: 'lease-lost' };
}

/** A cancel that came between two requests: nothing is in flight, so the rollback that follows is certain. */
export const cancelledBetween: Undone = {
  type: 'refused',
  cause: 'cancelled',
  error: {
    message: 'cancelled between two statements',
    sqlstate: undefined,
    offset: undefined,
    detail: undefined,
    hint: undefined,
  },
};
