import type { CommandOperation, ScriptRef } from '../../model/operation.ts';
import {
  brokenOffIn,
  type LedgerStanding,
  type LocalRows,
  ledgerRefusal,
  ledgerStanding,
  rowsAlike,
} from '../../plan/ledger-standing.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import { readUnchanged } from './migration-script.ts';

/**
 * Runs a command that applies a migration, unless the project's own history has it: the target keeps none. A file that was changed since is
 * refused, of one that was renamed the row is moved. Spec: rulings, "Group kind", "Migration history, twice".
 */
export async function applyByCommand(
  script: ScriptRef,
  run: () => Promise<OperationResult>,
  context: OperationContext,
): Promise<OperationResult> {
  const { world } = context;
  const known = settled(script, await standingHere(script, context));
  if (known) return known;
  const read = await readUnchanged(script, context);
  if (read.type === 'refused') return read.result;
  const begun = world.clock.monotonicMs();
  const result = await run();
  return recorded(script, result, Math.round(world.clock.monotonicMs() - begun));
}

/** Whether another run broke off in the command, so that how far it came is to be settled before it is run again. */
export async function brokeOffBefore(operation: CommandOperation, context: OperationContext): Promise<boolean> {
  if (!operation.applies) return false;
  const { world, plan } = context;
  const standing = await standingHere(operation.applies, context);
  if (standing.type !== 'pending') return false;
  const brokenOff = await world.ledger.brokenOff(plan.project, plan.target.id);
  return brokenOffIn(operation, standing, brokenOff) !== undefined;
}

async function standingHere(script: ScriptRef, context: OperationContext): Promise<LedgerStanding> {
  const { world, plan } = context;
  const rows = await world.ledger.applied(plan.project, plan.target.id);
  const gone = await goneAlike(script, rows, context);
  return ledgerStanding(script, rows, plan, (path) => gone.has(path));
}

/** Files with the script's content that were applied and are gone. */
async function goneAlike(
  script: ScriptRef,
  rows: LocalRows,
  { world }: OperationContext,
): Promise<ReadonlySet<string>> {
  const paths = rows.has(script.path) ? [] : rowsAlike(script, rows).map(([path]) => path);
  const reads = await Promise.all(paths.map(async (path) => ({ path, read: await world.files.readText(path) })));
  return new Set(reads.flatMap(({ path, read }) => (read.type === 'missing' ? [path] : [])));
}

/** What becomes of it without the command; undefined where it is pending. */
function settled(script: ScriptRef, standing: LedgerStanding): OperationResult | undefined {
  const refusal = ledgerRefusal(script, standing);
  if (refusal) return failed(refusal, false);
  switch (standing.type) {
    case 'applied':
      return { outcome: 'nothing-to-do', retryable: false, detail: `applied ${standing.row.at}` };
    case 'renamed': {
      const { from } = standing;
      const { path, checksum } = script;
      const migration = { file: path, checksum, executionMs: 0, status: 'success', movedFrom: from } as const;
      return { outcome: 'nothing-to-do', retryable: false, detail: `renamed from ${from}`, migration };
    }
    default:
      return undefined;
  }
}

/** A result with what is recorded of the migration; nothing where the outcome is not known. */
export function recorded({ path, checksum }: ScriptRef, result: OperationResult, executionMs: number): OperationResult {
  if (result.outcome !== 'succeeded' && result.outcome !== 'failed') return result;
  const status = result.outcome === 'succeeded' ? 'success' : 'failed';
  return { ...result, migration: { file: path, checksum, executionMs, status } };
}
