import { linkedAbort } from '../../base/linked-abort.ts';
import { dialectOf } from '../../model/connection.ts';
import type { OperationId } from '../../model/ids.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import type { DatabaseSession, FinishedRow, Limits, ScriptOutcome, SqlOutcome } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Ahead, Ready } from './ahead.ts';
import { lockTimeoutMs } from './lock-pause.ts';
import { memberOf, unpreparedResult } from './meeting.ts';
import { prepare, readUnchanged } from './migration-script.ts';
import { chunksOf } from './script-chunks.ts';
import { settleMigration } from './settle-migration.ts';

/**
 * Commits, and looks ahead while that is under way: the migration that comes next is read and prepared, and begun as soon as the COMMIT is
 * confirmed. Where the session can begin it without being asked again, that is done, and the one behind it is prepared. The lease was
 * confirmed just before; intents of what is begun are on disk.
 */
export async function commitAndLookAhead(
  rows: readonly FinishedRow[],
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  const { target, next, afterNext } = context;
  const ready = target.ready?.operation.id === next?.id ? target.ready : undefined;
  target.ready = undefined;
  if (ready && session.commitAndOpen) {
    const ahead = requestOf(ready, context);
    const { row, statements, limits, cancel } = ahead;
    const both = session.commitAndOpen(rows, { row, statements, limits }, cancel.signal);
    both.opened.catch(heardLater);
    const [committed, following] = await Promise.all([both.committed, prepareNext(afterNext, session, context)]);
    if (committed.type !== 'done') {
      cancel.abort();
      await both.opened;
      return committed;
    }
    const opened = both.opened.then((one) => one ?? session.openMigration(row, statements, limits, cancel.signal));
    opened.catch(heardLater);
    target.ahead = { ...ahead.rest, opened };
    target.ready = following;
    return committed;
  }
  const [committed, prepared] = await Promise.all([
    session.commitMigrations(rows),
    ready ?? prepareNext(next, session, context),
  ]);
  if (committed.type !== 'done' || !prepared || signal.aborted || !(await context.lease.confirm())) return committed;
  const { rest, row, statements, limits, cancel } = requestOf(prepared, context);
  const opened = session.openMigration(row, statements, limits, cancel.signal);
  opened.catch(heardLater);
  target.ahead = { ...rest, opened };
  if (session.commitAndOpen) target.ready = await prepareNext(afterNext, session, context);
  return committed;
}

/** Whoever takes the migration over has the failure; until then nobody waits for it. */
const heardLater = (): undefined => undefined;

/** Undefined where anything about the migration is not plain: then it takes the usual way. */
const prepareNext = (
  operation: MigrationOperation | undefined,
  session: DatabaseSession,
  context: OperationContext,
): Promise<Ready | undefined> => preparePlain(operation, session, context).catch(() => undefined); // The usual way meets it again, and tells it of the right migration.

async function preparePlain(
  operation: MigrationOperation | undefined,
  session: DatabaseSession,
  context: OperationContext,
): Promise<Ready | undefined> {
  const { target, plan } = context;
  if (!operation || !target.history || plan.transaction === 'all') return undefined;
  const read = await readUnchanged(operation.script, context);
  if (read.type === 'refused') return undefined;
  const quiet = { ...context, log: () => undefined };
  const settled = await settleMigration(operation, read.script, target.history, quiet);
  if (settled.type !== 'apply' || settled.row) return undefined;
  const prepared = prepare(read.script, context);
  if (unpreparedResult(operation, prepared)) return undefined;
  if (transactionMode(prepared, dialectOf(plan.connection), session.serverVersion).type === 'alone') return undefined;
  return { operation, script: read.script, member: memberOf(operation, read.script, prepared, context) };
}

/** The first request of a migration, and what is kept of it until its operation takes it over. */
function requestOf({ operation, script, member }: Ready, context: OperationContext) {
  const { timeoutSec } = operation;
  const cancel = new AbortController();
  const rest: Omit<Ahead, 'opened'> = {
    operation: operation.id,
    script,
    member,
    notices: [],
    cancel,
    sentAt: context.world.clock.monotonicMs(),
  };
  const limits: Limits = {
    timeoutMs: timeoutSec === undefined ? undefined : timeoutSec * 1_000,
    lockTimeoutMs: lockTimeoutMs(context),
  };
  return { rest, row: member.claim, statements: chunksOf(member.prepared)[0]?.statements ?? [], limits, cancel };
}

/** The transaction that was opened for an operation ahead of it, which is now its own; undefined where there is none. */
export function takeAhead(operation: OperationId, context: OperationContext): Ahead | undefined {
  const { ahead } = context.target;
  if (ahead?.operation !== operation) return undefined;
  context.target.ahead = undefined;
  return ahead;
}

/** Waits for what was sent ahead; the operation's own cancel reaches it. */
export async function outcomeOfAhead(
  { opened, cancel }: Ahead,
  signal: AbortSignal,
): Promise<ScriptOutcome<'claimed' | 'taken'>> {
  const { controller, unlink } = linkedAbort(signal);
  const follow = () => cancel.abort(signal.reason);
  controller.signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) follow();
  try {
    return await opened;
  } finally {
    controller.signal.removeEventListener('abort', follow);
    unlink();
  }
}

/** Rolls back what was opened ahead of an operation that does not take it over. */
export async function discardAhead(
  operation: OperationId,
  session: DatabaseSession,
  context: OperationContext,
): Promise<SqlOutcome<void>> {
  const ahead = takeAhead(operation, context);
  if (!ahead) return { type: 'done', value: undefined };
  ahead.cancel.abort();
  await ahead.opened;
  return session.rollback();
}
