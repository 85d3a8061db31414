import type { ScriptRef } from '../../model/operation.ts';
import type { MigrationResult } from '../../model/run.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import { readUnchanged } from './migration-script.ts';

/**
 * Runs a command that applies a migration, unless the project's own history has it: the target keeps none. A file that was changed since is
 * refused. Spec: rulings, "Group kind".
 */
export async function applyByCommand(
  script: ScriptRef,
  run: () => Promise<OperationResult>,
  context: OperationContext,
): Promise<OperationResult> {
  const { world, plan } = context;
  const before = (await world.ledger.applied(plan.project, plan.target.id)).get(script.path);
  if (before?.checksum === script.checksum)
    return { outcome: 'nothing-to-do', retryable: false, detail: `applied ${before.at}` };
  if (before) return failed({ code: 'MIGRATION_CHANGED', message: changedMessage(script), file: script.path }, false);
  const read = await readUnchanged(script, context);
  if (read.type === 'refused') return read.result;
  const begun = world.clock.monotonicMs();
  const result = await run();
  const migration = migrationOf(script, result, Math.round(world.clock.monotonicMs() - begun));
  return { ...result, ...(migration && { migration }) };
}

const changedMessage = ({ path }: ScriptRef): string =>
  `${path} was changed after it was applied. Put it back, and write what is new into a migration of its own.`;

/** What is recorded of it; nothing where the outcome is not known. */
function migrationOf(
  { path, checksum }: ScriptRef,
  { outcome }: OperationResult,
  executionMs: number,
): MigrationResult | undefined {
  if (outcome !== 'succeeded' && outcome !== 'failed') return undefined;
  return { file: path, checksum, executionMs, status: outcome === 'succeeded' ? 'success' : 'failed' };
}
