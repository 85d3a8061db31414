import { hasTransactionalDdl } from '../../model/connection.ts';
import type { Operation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import type { DatabaseSession, Turn } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import type { AttemptContext } from '../run-with-retry.ts';
import { dialectIn } from '../target-session.ts';
import type { Ahead } from './ahead.ts';
import { lockTimeoutMs } from './lock-pause.ts';
import { memberOf, unpreparedResult } from './meeting.ts';
import { prepare, readUnchanged } from './migration-script.ts';
import { chunksOf, echoesBefore } from './script-chunks.ts';
import { settleMigration } from './settle-migration.ts';

/** A migration that was read, settled and prepared before its turn; nothing of it was sent. */
export type ReadyTurn = Pick<Ahead, 'operation' | 'script' | 'member'> & {
  readonly turn: Pick<Turn, 'row' | 'statements' | 'limits'>;
};

/** Undefined where anything about the operation is not plain: then it takes the usual way, which says what there is to say. */
export async function prepareTurn(
  operation: Operation,
  session: DatabaseSession,
  attempt: AttemptContext,
): Promise<ReadyTurn | undefined> {
  if (operation.type !== 'migration' || (operation.action ?? 'apply') !== 'apply') return undefined;
  const { target } = attempt;
  const dialect = dialectIn(attempt);
  if (!target.history || !hasTransactionalDdl(dialect)) return undefined;
  const context = inSilence(attempt);
  const read = await readUnchanged(operation.script, context);
  if (read.type === 'refused') return undefined;
  const settled = await settleMigration(operation, read.script, target.history, context);
  if (settled.type !== 'apply' || settled.row) return undefined;
  const prepared = prepare(read.script, context);
  if (unpreparedResult(operation, prepared)) return undefined;
  if (transactionMode(prepared, dialect, session.serverVersion).type === 'alone') return undefined;
  const [chunk, ...others] = chunksOf(prepared);
  const isSilent =
    chunk?.echoes.length === 0 && echoesBefore(prepared.directives, prepared.statements.length).length === 0;
  if (!chunk || others.length > 0 || !isSilent) return undefined;
  const member = memberOf(operation, read.script, prepared, context);
  const timeoutMs = operation.timeoutSec === undefined ? undefined : operation.timeoutSec * 1_000;
  const limits = { timeoutMs, lockTimeoutMs: lockTimeoutMs(context) };
  return { operation, script: read.script, member, turn: { row: member.claim, statements: chunk.statements, limits } };
}

const inSilence = (context: AttemptContext): OperationContext => ({
  ...context,
  log: () => undefined,
  output: () => Promise.resolve(),
  waiting: () => undefined,
  continued: () => undefined,
  remainingMs: () => undefined,
});
