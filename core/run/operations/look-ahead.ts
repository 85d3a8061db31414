import { linkedAbort } from '../../base/linked-abort.ts';
import { dialectOf } from '../../model/connection.ts';
import type { OperationId } from '../../model/ids.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import type { DatabaseSession, Notice, ScriptOutcome, SqlOutcome } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Ahead } from './ahead.ts';
import { lockTimeoutMs } from './lock-pause.ts';
import { memberOf, unpreparedResult } from './meeting.ts';
import type { Member } from './member.ts';
import { prepare, readUnchanged } from './migration-script.ts';
import { chunksOf } from './script-chunks.ts';
import type { ScriptText } from './script-text.ts';
import { settleMigration } from './settle-migration.ts';

interface Ready {
  readonly operation: MigrationOperation;
  readonly script: ScriptText;
  readonly member: Member;
}

/**
 * Reads and prepares the operation that follows while a COMMIT is under way. Undefined where anything about it is not plain: then it takes
 * the usual way. Its intent is on disk already.
 */
export async function prepareNext(session: DatabaseSession, context: OperationContext): Promise<Ready | undefined> {
  const { next: operation, target, plan } = context;
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

/** Sends its first request; only after the COMMIT before it was confirmed. */
export function sendAhead(
  { operation, script, member }: Ready,
  session: DatabaseSession,
  context: OperationContext,
): void {
  const { target, world } = context;
  const cancel = new AbortController();
  const { timeoutSec } = operation;
  const limits = {
    timeoutMs: timeoutSec === undefined ? undefined : timeoutSec * 1_000,
    lockTimeoutMs: lockTimeoutMs(context),
  };
  const statements = chunksOf(member.prepared)[0]?.statements ?? [];
  const notices: Notice[] = [];
  target.ahead = {
    operation: operation.id,
    script,
    member,
    notices,
    cancel,
    sentAt: world.clock.monotonicMs(),
    opened: session.openMigration(member.claim, statements, limits, cancel.signal),
  };
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
