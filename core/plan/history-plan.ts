import type { MigrationAction } from '../model/migration.ts';
import type { MigrationOperation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { Hasher } from '../ports/hasher.ts';
import { connectionsUsed } from './connections-used.ts';
import { planDigest } from './digest.ts';

/** A change of what the target has recorded. */
export interface HistoryChange {
  readonly action: Extract<MigrationAction, 'mark_applied' | 'accept_change'>;
  /** What the change is called in lists of runs. */
  readonly title: string;
  readonly reason: string;
  /** The migrations that it is about, in the order of the plan. */
  readonly operations: readonly MigrationOperation[];
}

/**
 * The plan of a change of history, made from the plan that knows the migrations: its own operations and nothing else. It needs no
 * approval, but always a confirmation. Spec: design, "The journal is the truth".
 */
export function historyPlan(from: Plan, change: HistoryChange, hasher: Hasher): Plan {
  const { kind, file, planId, createdBy } = from.source;
  const plan: Omit<Plan, 'digest' | 'base'> = {
    v: from.v,
    source: { kind, file, planId, createdBy, name: change.title },
    project: from.project,
    target: from.target,
    connection: from.connection,
    ...connectionsUsed(from, change.operations),
    scope: from.scope,
    approval: { ...from.approval, required: false },
    purpose: { type: 'history' },
    ...(from.migrations && { migrations: from.migrations }),
    operations: change.operations.map((one, i, all) => historyOperation(one, all[i - 1], change)),
  };
  return { ...plan, base: from.base, digest: planDigest(plan, hasher) };
}

function historyOperation(
  { id, name, script, rollback, connection, database }: MigrationOperation,
  before: MigrationOperation | undefined,
  { action, reason }: HistoryChange,
): MigrationOperation {
  return {
    id,
    name,
    type: 'migration',
    phase: 'step',
    dependsOn: before ? [before.id] : [],
    timeoutSec: undefined,
    retry: undefined,
    script,
    rollback,
    action,
    reason,
    ...(connection !== undefined && { connection }),
    ...(database !== undefined && { database }),
  };
}
