import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { lineDifference } from '../../plan/line-difference.ts';
import { migrationsOf } from '../../plan/migration-states.ts';
import { isOutOfOrder, outOfOrderMessage } from '../../plan/out-of-order.ts';
import { isRepeatable } from '../../read/migration-name.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import type { ScriptText } from './script-text.ts';

/** What the target's own history says of a migration that is to be applied. */
export type Settled =
  /** `row` is what there was before, such as that of a repeatable file in its earlier form. */
  | { readonly type: 'apply'; readonly row: AppliedMigration | undefined }
  /** It stopped between two statements. */
  | { readonly type: 'stopped'; readonly row: AppliedMigration }
  | { readonly type: 'renamed'; readonly row: AppliedMigration }
  | { readonly type: 'ended'; readonly result: OperationResult };

export async function settleMigration(
  operation: MigrationOperation,
  script: ScriptText,
  history: ReadonlyMap<string, AppliedMigration>,
  context: OperationContext,
): Promise<Settled> {
  const row = history.get(operation.script.path);
  if (!row) return settleNew(operation, history, context);
  switch (row.status) {
    case 'rolled_back':
      return settleOrder(operation, row, context);
    case 'started':
      return { type: 'stopped', row };
    case 'rolling_back':
      return ended(refusal('MIGRATION_ROLLING_BACK', rollingBackMessage(row), operation));
    case 'succeeded':
      return settleApplied(operation, script, row, context);
  }
}

function settleApplied(
  operation: MigrationOperation,
  script: ScriptText,
  row: AppliedMigration,
  context: OperationContext,
): Settled {
  const { path, checksum, tokenChecksum } = operation.script;
  if (row.checksum === checksum) return ended(alreadyApplied(operation, row, context));
  if (row.tokenChecksum === tokenChecksum) {
    context.log(info(`${path}: the file differs only in comments and white space.`));
    return ended(alreadyApplied(operation, row, context));
  }
  if (isRepeatable(path)) {
    context.log(info(`${path} was changed since it was applied at ${row.appliedAt}; it is applied again.`));
    return { type: 'apply', row };
  }
  context.log(info(`As it was applied (-) and as ${path} is now (+):`));
  for (const line of lineDifference(row.sql, script.text)) context.log(info(line));
  const message = `${path} was applied to this target with other statements (the difference is in the log). Write a new migration for it, or accept the file as it is with: srdeploy migration repair`;
  return ended(refusal('MIGRATION_CHANGED', message, operation));
}

export function alreadyApplied(
  operation: MigrationOperation,
  row: AppliedMigration,
  { run, target }: OperationContext,
): OperationResult {
  const isOurs = row.runId === run;
  const first = target.together.get(operation.id);
  const settled =
    first === undefined ? `settled from the target: committed at ${row.appliedAt}` : `in one transaction with ${first}`;
  return {
    outcome: isOurs ? 'succeeded' : 'nothing-to-do',
    retryable: false,
    detail: isOurs ? settled : `already applied at ${row.appliedAt} by ${row.appliedBy}`,
    migration: { file: operation.script.path, checksum: row.checksum, status: 'success', executionMs: row.executionMs },
  };
}

/** No row: a new migration, or one that was applied under another name. */
async function settleNew(
  operation: MigrationOperation,
  history: ReadonlyMap<string, AppliedMigration>,
  context: OperationContext,
): Promise<Settled> {
  const gone = await goneWithChecksum(operation, history, context);
  const [renamed] = gone;
  if (!renamed) return settleOrder(operation, undefined, context);
  if (renamed.status !== 'succeeded') {
    const message = `${renamed.path} stopped half-way, and ${operation.script.path} has its content: it was renamed since. Give it its old name back and resume, so that what is applied of it is not applied again.`;
    return ended(refusal('MIGRATION_RENAME_UNCLEAR', message, operation));
  }
  const alike = migrationsOf(context.plan).filter(
    (one) =>
      one.script.checksum === operation.script.checksum &&
      !history.has(one.script.path) &&
      context.targets.of(one) === context.target,
  );
  if (alike.length === 1) return { type: 'renamed', row: renamed };
  const message = `${renamed.path} was applied to this target and is gone from the project, and ${alike.map(({ script }) => script.path).join(' and ')} have its content: which of them it became cannot be told. Give the file its old name back, or record the one that it became with: srdeploy migration mark-applied`;
  return ended(refusal('MIGRATION_RENAME_UNCLEAR', message, operation));
}

/** Rows of the same content, applied or stopped half-way, whose file is gone from the project, the latest first. */
async function goneWithChecksum(
  operation: MigrationOperation,
  history: ReadonlyMap<string, AppliedMigration>,
  { target, world }: OperationContext,
): Promise<readonly AppliedMigration[]> {
  const alike = (target.found.get(operation.script.checksum) ?? []).filter(
    ({ path }) => (history.get(path)?.status ?? 'rolled_back') !== 'rolled_back',
  );
  const reads = await Promise.all(alike.map(async (row) => ({ row, read: await world.files.readText(row.path) })));
  return reads
    .flatMap(({ row, read }) => (read.type === 'missing' ? [row] : []))
    .sort((a, b) => (a.appliedAt > b.appliedAt ? -1 : 1));
}

/** A file of a folder or a group must not come after a higher version that somebody else has applied, unless a person allowed it. */
function settleOrder(
  operation: MigrationOperation,
  row: AppliedMigration | undefined,
  { target }: OperationContext,
): Settled {
  const { path } = operation.script;
  const highest = target.highest(path);
  if (operation.allows?.includes('out_of_order') || !isOutOfOrder(path, highest)) return { type: 'apply', row };
  return ended(refusal('OUT_OF_ORDER', outOfOrderMessage(path, highest), operation));
}

const rollingBackMessage = ({ path, runId, statementIndex }: AppliedMigration): string =>
  `${path} is being rolled back by run ${runId}, which stopped before statement ${statementIndex + 1} of the rollback script. Finish that first: srdeploy resume ${runId}`;

const ended = (result: OperationResult): Settled => ({ type: 'ended', result });

export const refusal = (code: string, message: string, operation: MigrationOperation): OperationResult =>
  failed({ code, message, file: operation.script.path }, false);
