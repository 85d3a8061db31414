import { canonicalJson } from '../base/canonical-json.ts';
import { isCommand, type Operation, type ScriptRef } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { RunRecord } from '../model/record.ts';
import type { ScriptAmendment } from '../model/run.ts';

export type Amended =
  | { readonly type: 'same' }
  | { readonly type: 'amended'; readonly amendments: readonly ScriptAmendment[] }
  | { readonly type: 'refused'; readonly differences: readonly string[] };

/**
 * Compares the stored plan of a run with the plan that the project gives now. Only scripts of operations that have not succeeded may
 * differ; anything else refuses. Spec: rulings, "Resume".
 */
export function comparePlans(stored: Plan, now: Plan, record: RunRecord): Amended {
  const differences: string[] = [];
  const same = (what: string, a: unknown, b: unknown) => {
    if (canonicalJson(a ?? null) !== canonicalJson(b ?? null)) differences.push(what);
  };
  same('the target', stored.target, now.target);
  same('the connection', stored.connection, now.connection);
  same('the connections of databases', stored.connections, now.connections);
  same('the project name', stored.project, now.project);
  same('the plan id', stored.source.planId, now.source.planId);
  same('the scope', stored.scope, now.scope);
  same('the approval rule', stored.approval, now.approval);
  same('whether migrations share a transaction', stored.transaction, now.transaction);
  same('how migrations are applied', sharedSettings(stored, now), sharedSettings(now, stored));
  same(
    'the operations',
    stored.operations.map(({ id }) => id),
    now.operations.map(({ id }) => id),
  );
  if (differences.length > 0) return { type: 'refused', differences };

  const amendments: ScriptAmendment[] = [];
  stored.operations.forEach((before, i) => {
    const after = now.operations[i] as Operation;
    same(`operation "${before.id}"`, withoutChecksums(before), withoutChecksums(after));
    const [was, is] = [scriptRunBy(before), scriptRunBy(after)];
    if (!was || !is || was.checksum === is.checksum) return;
    const status = record.operations.find(({ id }) => id === before.id)?.status;
    if (status === 'succeeded' || status === 'nothing-to-do')
      differences.push(`${was.path}, which has already been applied`);
    else
      amendments.push({
        operation: before.id,
        script: was.path,
        before: was.checksum,
        after: is.checksum,
      });
  });
  if (differences.length > 0) return { type: 'refused', differences };
  return amendments.length > 0 ? { type: 'amended', amendments } : { type: 'same' };
}

/** The script that an attempt runs: where a migration is rolled back, its rollback script; of a command that applies a migration, that one. */
function scriptRunBy(operation: Operation): ScriptRef | undefined {
  if (operation.type !== 'migration') return isCommand(operation) ? operation.applies : undefined;
  const { action, script, rollback } = operation;
  return action === 'roll_back' && typeof rollback === 'object' ? rollback : script;
}

/** The settings of a plan; of the variables those that the other plan uses too, since a mended script may name others. */
function sharedSettings({ migrations }: Plan, other: Plan): unknown {
  const { values = {}, ...settings } = migrations ?? {};
  const shared = Object.keys(values).filter((name) => other.migrations?.values?.[name] !== undefined);
  return { ...settings, values: Object.fromEntries(shared.map((name) => [name, values[name]])) };
}

/** An operation without what a mended script changes; the other of its two scripts is not run by the attempt, so it may be mended too. */
function withoutChecksums(operation: Operation): unknown {
  if (operation.type !== 'migration')
    return isCommand(operation) ? { ...operation, applies: operation.applies?.path } : operation;
  const { rollback } = operation;
  return {
    ...operation,
    script: operation.script.path,
    rollback: typeof rollback === 'object' ? rollback.path : rollback,
  };
}
