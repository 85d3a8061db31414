import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { scriptRef } from '../../plan/checksums.ts';
import { type MigrationStanding, migrationStanding } from '../../plan/migration-states.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { failed, leaseLost, type OperationResult, readOnlyResult } from '../operation-result.ts';
import { takeTargetLock } from '../take-target-lock.ts';
import { applyScript, claimOf } from './apply-script.ts';

/**
 * Applies one migration exactly once: hash again → lock in the target → settle from its own history → claim, statements and COMMIT in one
 * transaction. Spec: rulings, "Digest and base", "Migration history, twice", "Transactions".
 */
export async function runMigration(
  operation: MigrationOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const script = await readUnchanged(operation, context);
  if (script.type === 'refused') return script.result;

  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const { session } = opened;

  const held = await takeTargetLock(session, context, signal);
  if (held) return held;

  for (let looks = 0; looks < mostLooks; looks++) {
    const history = await readHistory(session, context, signal);
    if (history.type === 'refused') return history.result;
    const settled = await settle(operation, history.rows, context);
    if (settled) return settled;
    if (!(await context.lease.confirm())) return leaseLost();
    const result = await applyScript(operation, script.text, session, context, signal);
    if (result !== 'taken') {
      if (result.outcome === 'succeeded') remember(operation, script.text, result, history.rows, context);
      return result;
    }
    // Another clone was faster between our look and our claim: its row says how the migration stands.
    context.target.history = undefined;
  }
  return refusal(
    'MIGRATION_UNSETTLED',
    `${operation.script.path} is recorded as applied and yet cannot be read back from the target's history. Look at srdeploy_migrations in the target.`,
    operation,
  );
}

/** One look decides, a second one where another clone came in between; more would say that the target contradicts itself. */
const mostLooks = 3;

type Script =
  | { readonly type: 'found'; readonly text: string }
  | { readonly type: 'refused'; readonly result: OperationResult };

async function readUnchanged(operation: MigrationOperation, context: OperationContext): Promise<Script> {
  const { path, checksum } = operation.script;
  const read = await context.world.files.readText(path);
  const problem = (message: string): Script => ({
    type: 'refused',
    result: failed({ code: 'PLAN_CHANGED', message, file: path }, false),
  });
  if (read.type !== 'found')
    return problem(`${path} was there when the plan was made and cannot be read now. Nothing of it was run.`);
  const now = scriptRef(path, read.text, context.plan.connection.backend, context.world);
  if (now.checksum !== checksum)
    return problem(
      `${path} was changed after the plan was made. Nothing of it was run; plan again, or resume and confirm the change.`,
    );
  return { type: 'found', text: read.text };
}

type History =
  | { readonly type: 'read'; readonly rows: Map<string, AppliedMigration> }
  | { readonly type: 'refused'; readonly result: OperationResult };

/** Read once under the target's lock: nobody else writes it while the session lives. */
async function readHistory(session: DatabaseSession, context: OperationContext, signal: AbortSignal): Promise<History> {
  const { target, plan } = context;
  if (target.history) return { type: 'read', rows: target.history };
  const ensured = await session.ensureHistory(signal);
  if (ensured.type !== 'done')
    return { type: 'refused', result: readOnlyResult(ensured, 'Creating the history table in the target') };
  const rows = await session.readHistory(plan.project, signal);
  if (rows.type !== 'done')
    return { type: 'refused', result: readOnlyResult(rows, 'Reading the history table in the target') };
  target.history = new Map((rows.value ?? []).map((row) => [row.path, row]));
  return { type: 'read', rows: target.history };
}

function remember(
  operation: MigrationOperation,
  text: string,
  result: OperationResult,
  rows: Map<string, AppliedMigration>,
  context: OperationContext,
): void {
  rows.set(operation.script.path, {
    ...claimOf(operation, text, context),
    status: 'succeeded',
    appliedAt: context.world.clock.now().toISOString(),
    executionMs: result.migration?.executionMs ?? 0,
    statementIndex: 0,
    inFlight: false,
  });
}

/** What the target's own history already decides; undefined means that the migration is to be applied. */
async function settle(
  operation: MigrationOperation,
  history: ReadonlyMap<string, AppliedMigration>,
  context: OperationContext,
): Promise<OperationResult | undefined> {
  const row = history.get(operation.script.path);
  const rows = row ? [row] : await renamedFrom(operation, history, context);
  const standing = migrationStanding(operation.script, rows, { isGone: () => true, failed: new Set() });
  switch (standing.state) {
    case 'failed':
      return standing.row ? unsettled(operation) : undefined;
    case 'pending':
    case 'rolled_back':
      return undefined;
    case 'applied':
      return alreadyApplied(operation, standing, context);
    case 'changed':
      return refusal(
        'MIGRATION_CHANGED',
        `${operation.script.path} was applied to this target with other statements. Write a new migration for the difference.`,
        operation,
      );
    case 'renamed':
      return refusal(
        'MIGRATION_RENAMED',
        `${operation.script.path} was applied to this target as ${standing.row?.path}. Give the file its old name back.`,
        operation,
      );
    case 'missing':
    case 'unknown':
      return unsettled(operation);
  }
}

const unsettled = (operation: MigrationOperation): OperationResult =>
  refusal(
    'MIGRATION_UNSETTLED',
    `The target says that ${operation.script.path} was started and not finished. A person must look at it.`,
    operation,
  );

/** Rows of the same content whose file is gone from the project: the migration may have been applied under another name. */
async function renamedFrom(
  operation: MigrationOperation,
  history: ReadonlyMap<string, AppliedMigration>,
  context: OperationContext,
): Promise<readonly AppliedMigration[]> {
  const alike = [...history.values()].filter(({ checksum }) => checksum === operation.script.checksum);
  const reads = await Promise.all(
    alike.map(async (row) => ({ row, read: await context.world.files.readText(row.path) })),
  );
  return reads.flatMap(({ row, read }) => (read.type === 'missing' ? [row] : []));
}

function alreadyApplied(
  operation: MigrationOperation,
  standing: MigrationStanding,
  context: OperationContext,
): OperationResult {
  const row = standing.row as AppliedMigration;
  if (standing.note) context.log(info(`${operation.script.path}: ${standing.note}.`));
  const isOurs = row.runId === context.run;
  return {
    outcome: isOurs ? 'succeeded' : 'nothing-to-do',
    retryable: false,
    detail: isOurs
      ? `settled from the target: committed at ${row.appliedAt}`
      : `already applied at ${row.appliedAt} by ${row.appliedBy}`,
    migration: { file: operation.script.path, checksum: row.checksum, status: 'success', executionMs: row.executionMs },
  };
}

const refusal = (code: string, message: string, operation: MigrationOperation): OperationResult =>
  failed({ code, message, file: operation.script.path }, false);
