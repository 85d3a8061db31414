import type { MigrationOperation } from '../../model/operation.ts';
import { transactionMode } from '../../plan/transaction-mode.ts';
import type { OperationResult } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';
import { type Meeting, memberOf, unpreparedResult } from './meeting.ts';
import type { Member } from './member.ts';
import { prepare, readUnchanged } from './migration-script.ts';
import { settleMigration } from './settle-migration.ts';

export type Company =
  | { readonly type: 'together'; readonly members: readonly Member[] }
  /** One of them cannot be run: nothing of the transaction is. */
  | { readonly type: 'refused'; readonly result: OperationResult };

/**
 * The pending migrations behind one that share its transaction, where the plan asks for that: those that stand next to one another, ones
 * that are applied already left out. Spec: rulings, "Transactions".
 */
export async function togetherWith(
  first: MigrationOperation,
  { session, history, context }: Meeting,
): Promise<Company> {
  const { operations, transaction } = context.plan;
  const members: Member[] = [];
  if (transaction !== 'all') return { type: 'together', members };
  const behind = operations.slice(operations.findIndex(({ id }) => id === first.id) + 1);
  for (const operation of behind) {
    if (operation.type !== 'migration' || (operation.action ?? 'apply') !== 'apply') break;
    if (operation.connection !== first.connection) break;
    const before = history.get(operation.script.path);
    if (before?.status === 'succeeded' && before.checksum === operation.script.checksum) continue;
    const read = await readUnchanged(operation.script, context);
    if (read.type === 'refused') return read;
    const settled = await settleMigration(operation, read.script, history, context);
    if (settled.type === 'ended' && settled.result.outcome === 'failed')
      return { type: 'refused', result: settled.result };
    if (settled.type === 'ended') continue;
    if (settled.type !== 'apply' || settled.row?.status === 'succeeded') break;
    const prepared = prepare(read.script, context);
    const unready = unpreparedResult(operation, prepared);
    if (unready) return { type: 'refused', result: unready };
    if (transactionMode(prepared, dialectIn(context), session.serverVersion).type === 'alone') break;
    members.push(memberOf(operation, read.script, prepared, context));
  }
  return { type: 'together', members };
}
