import type { Digest } from '../../model/ids.ts';
import type { AppliedMigration } from '../../model/migration.ts';
import { type HighestApplied, highestApplied, orderedFolder } from '../../plan/out-of-order.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, leaseLost, type OperationResult, readOnlyResult } from '../operation-result.ts';
import { takeTargetLock } from '../take-target-lock.ts';

export type LockedTarget =
  | { readonly type: 'locked'; readonly session: DatabaseSession }
  | { readonly type: 'refused'; readonly result: OperationResult };

export type TargetHistory =
  | { readonly type: 'read'; readonly rows: Map<string, AppliedMigration> }
  | { readonly type: 'refused'; readonly result: OperationResult };

/**
 * The session with an operation's database, under the lock that keeps every other runner out. Before the first write the locks of all databases that
 * have migrations to run are taken. Spec: rulings, "Migration history, twice"; decision 16.
 */
export async function openLocked(context: OperationContext, signal: AbortSignal): Promise<LockedTarget> {
  const { target, targets } = context;
  if (targets.locked.length > 1 && !target.lockHeld) {
    const refused = await targets.inTurn(() => lockAll(context, signal));
    if (refused) return { type: 'refused', result: refused };
  }
  return lockOne(context, signal, 'wait');
}

/** A lock that comes before one that is held is tried and not waited for. */
async function lockAll(context: OperationContext, signal: AbortSignal): Promise<OperationResult | undefined> {
  const { locked } = context.targets;
  for (const [i, target] of locked.entries()) {
    if (target.lockHeld) continue;
    const isLate = locked.slice(i + 1).some(({ lockHeld }) => lockHeld);
    const one = await lockOne({ ...context, target }, signal, isLate ? 'fail' : 'wait');
    if (one.type === 'refused') return one.result;
  }
  return undefined;
}

async function lockOne(context: OperationContext, signal: AbortSignal, ifHeld: 'wait' | 'fail'): Promise<LockedTarget> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed')
    return { type: 'refused', result: failed({ code: 'CONNECT_FAILED', message: opened.message }) };
  const held = await takeTargetLock(opened.session, context, signal, ifHeld);
  return held ? { type: 'refused', result: held } : { type: 'locked', session: opened.session };
}

/** Read once under the target's lock: nobody else writes it while the session lives. */
export async function readTargetHistory(
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<TargetHistory> {
  const { target, plan } = context;
  if (target.history) return { type: 'read', rows: target.history };
  if (!(await context.lease.confirm())) return { type: 'refused', result: leaseLost() };
  const ensured = await session.ensureHistory(signal);
  if (ensured.type !== 'done')
    return { type: 'refused', result: readOnlyResult(ensured, 'Creating the history table in the target') };
  const rows = await session.readHistory(plan.project, signal);
  if (rows.type !== 'done')
    return { type: 'refused', result: readOnlyResult(rows, 'Reading the history table in the target') };
  target.history = new Map((rows.value ?? []).map((row) => [row.path, row]));
  target.found = byChecksum(rows.value ?? []);
  target.highest = highestOfOthers(rows.value ?? [], context);
  return { type: 'read', rows: target.history };
}

function byChecksum(rows: readonly AppliedMigration[]): Map<Digest, AppliedMigration[]> {
  const found = new Map<Digest, AppliedMigration[]>();
  for (const row of rows) {
    const alike = found.get(row.checksum);
    if (alike) alike.push(row);
    else found.set(row.checksum, [row]);
  }
  return found;
}

/**
 * A document names its files on purpose: in it, one that comes late is a warning. What this run has applied itself is in order. Spec: rulings,
 * "Migration history, twice".
 */
function highestOfOthers(
  rows: readonly AppliedMigration[],
  { plan, run }: OperationContext,
): (path: string) => HighestApplied | undefined {
  if (plan.source.kind === 'plan_document') return () => undefined;
  const others = rows.filter(({ runId }) => runId !== run);
  const known = new Map<string, HighestApplied | undefined>();
  return (path) => {
    const folder = orderedFolder(plan.source, path);
    if (!known.has(folder)) known.set(folder, highestApplied(others, folder));
    return known.get(folder);
  };
}
