import type { ScriptRef } from '../../model/operation.ts';
import { type LedgerStanding, type LocalRows, ledgerStanding, rowsAlike } from '../../plan/ledger-standing.ts';
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
  const { world, plan } = context;
  const rows = await world.ledger.applied(plan.project, plan.target.id);
  const gone = await goneAlike(script, rows, context);
  const known = settled(
    script,
    ledgerStanding(script, rows, plan, (path) => gone.has(path)),
  );
  if (known) return known;
  const read = await readUnchanged(script, context);
  if (read.type === 'refused') return read.result;
  const begun = world.clock.monotonicMs();
  const result = await run();
  return recorded(script, result, Math.round(world.clock.monotonicMs() - begun));
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
function settled({ path, checksum }: ScriptRef, standing: LedgerStanding): OperationResult | undefined {
  switch (standing.type) {
    case 'pending':
      return undefined;
    case 'applied':
      return { outcome: 'nothing-to-do', retryable: false, detail: `applied ${standing.row.at}` };
    case 'changed': {
      const message = `${path} was changed after it was applied. Put it back, and write what is new into a migration of its own.`;
      return failed({ code: 'MIGRATION_CHANGED', message, file: path }, false);
    }
    case 'renamed': {
      const { from } = standing;
      const migration = { file: path, checksum, executionMs: 0, status: 'success', movedFrom: from } as const;
      return { outcome: 'nothing-to-do', retryable: false, detail: `renamed from ${from}`, migration };
    }
    case 'unclear': {
      const message = `${standing.from} was applied to this target and is gone from the project, and ${standing.alike.join(' and ')} have its content: which of them it became cannot be told. Give the file its old name back.`;
      return failed({ code: 'MIGRATION_RENAME_UNCLEAR', message, file: path }, false);
    }
  }
}

/** A result with what is recorded of the migration; nothing where the outcome is not known. */
export function recorded({ path, checksum }: ScriptRef, result: OperationResult, executionMs: number): OperationResult {
  if (result.outcome !== 'succeeded' && result.outcome !== 'failed') return result;
  const status = result.outcome === 'succeeded' ? 'success' : 'failed';
  return { ...result, migration: { file: path, checksum, executionMs, status } };
}
