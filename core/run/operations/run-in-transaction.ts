import type { Claim, DatabaseSession, FinishedRow, ScriptOutcome, ScriptStatement } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import { info, type OperationContext, type Undone } from '../operation-context.ts';
import type { Ahead } from './ahead.ts';
import { migrationLimits, pauseForLock } from './lock-pause.ts';
import { commitAndLookAhead, outcomeOfAhead, takeAhead } from './look-ahead.ts';
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
    const ahead = takeAhead(member.operation.id, context);
    const started = ahead?.sentAt ?? clock.monotonicMs();
    const stopped = await sendScript(member, session, context, signal, ahead);
    if (stopped) return stopped;
    const { scope, path } = member.claim;
    rows.push({ scope, path, executionMs: Math.round(clock.monotonicMs() - started) });
  }
  const last = members.at(-1) ?? members[0];
  if (signal.aborted) return { type: 'undone', outcome: cancelledBetween, member: last, statement: undefined };
  if (!(await context.lease.confirm())) return leaseLost(session);
  const committed = await commitAndLookAhead(rows, session, context, signal);
  if (committed.type !== 'done') return { type: 'undone', outcome: committed, member: last, statement: undefined };
  return { type: 'committed', rows };
}

async function sendScript(
  member: Member,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
  ahead: Ahead | undefined,
): Promise<TransactionEnd | undefined> {
  for (const [i, chunk] of chunksOf(member.prepared).entries()) {
    for (const text of chunk.echoes) context.log(info(text));
    const sent = await sendChunk(
      i === 0 ? (ahead ?? member.claim) : undefined,
      chunk.statements,
      session,
      context,
      signal,
    );
    if (sent === 'lease-lost') return leaseLost(session);
    if (sent.type !== 'done') {
      const index = sent.statement;
      const statement = index === undefined ? undefined : member.prepared.statements[chunk.from + index];
      return { type: 'undone', outcome: sent, member, statement };
    }
    if (sent.value === 'taken') {
      await session.rollback();
      return { type: 'taken' };
    }
  }
  const { directives, statements } = member.prepared;
  for (const text of echoesBefore(directives, statements.length)) context.log(info(text));
  return undefined;
}

/** The first request of a migration claims its row; it may have been sent ahead. */
async function sendChunk(
  first: Ahead | Claim | undefined,
  statements: readonly ScriptStatement[],
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<ScriptOutcome<'claimed' | 'taken'> | 'lease-lost'> {
  if (first && 'opened' in first) return outcomeOfAhead(first, signal);
  if (!(await context.lease.confirm())) return 'lease-lost';
  const limits = migrationLimits(context);
  if (first) return session.openMigration(first, statements, limits, signal);
  const more = await session.runStatements(statements, limits, signal);
  return more.type === 'done' ? { type: 'done', value: 'claimed' } : more;
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
