import type { MigrationOperation } from '../../model/operation.ts';
import type { PreparedScript } from '../../plan/prepare-script.ts';
import type { Claim, DatabaseSession, FinishedRow, ScriptStatement } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import { info, type OperationContext, type Undone } from '../operation-context.ts';
import { migrationLimits, pauseForLock } from './lock-pause.ts';

/** A migration that takes part in a transaction. */
export interface Member {
  readonly operation: MigrationOperation;
  readonly claim: Claim;
  readonly prepared: PreparedScript;
}

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
    const started = clock.monotonicMs();
    const stopped = await sendScript(member, session, context, signal);
    if (stopped) return stopped;
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

async function sendScript(
  member: Member,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<TransactionEnd | undefined> {
  for (const [i, chunk] of chunksOf(member.prepared).entries()) {
    for (const text of chunk.echoes) context.log(info(text));
    if (!(await context.lease.confirm())) return leaseLost(session);
    const limits = migrationLimits(context);
    const sent =
      i === 0
        ? await session.openMigration(member.claim, chunk.statements, limits, signal)
        : await session.runStatements(chunk.statements, limits, signal);
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

interface Chunk {
  /** Index of its first statement in the script. */
  readonly from: number;
  readonly echoes: readonly string[];
  readonly statements: readonly ScriptStatement[];
}

/** So many statements and UTF-16 units go in one request at most; the lease is looked at between two of them. */
const mostStatements = 256;
const mostLength = 1_048_576;

/** A script in requests of a bounded size; what it echoes comes between two of them, at its place. */
export function chunksOf({ statements, directives }: Pick<PreparedScript, 'statements' | 'directives'>): Chunk[] {
  const echoes = new Set(directives.flatMap((one) => (one.type === 'echo' ? [one.before] : [])));
  const chunks: Chunk[] = [];
  let from = 0;
  let length = 0;
  const close = (to: number) => {
    chunks.push({
      from,
      echoes: echoesBefore(directives, from),
      statements: statements.slice(from, to).map(asSent),
    });
    from = to;
    length = 0;
  };
  for (const [i, { text, copyData }] of statements.entries()) {
    const own = text.length + (copyData?.length ?? 0);
    const isFull = i - from >= mostStatements || length + own > mostLength;
    if (i > from && (isFull || echoes.has(i))) close(i);
    length += own;
  }
  if (from < statements.length || chunks.length === 0) close(statements.length);
  return chunks;
}

export const asSent = ({ text, copyData }: SqlStatement): ScriptStatement =>
  copyData === undefined ? { text } : { text, copyData };

/** What a script says to whoever watches, before the statement with an index. */
export const echoesBefore = (directives: PreparedScript['directives'], index: number): readonly string[] =>
  directives.flatMap((one) => (one.type === 'echo' && one.before === index ? [one.text] : []));
