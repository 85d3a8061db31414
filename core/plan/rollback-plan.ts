import type { AppliedMigration } from '../model/migration.ts';
import {
  type CommandOperation,
  type Irreversibility,
  type IrreversibleOperation,
  isCommand,
  type MigrationOperation,
  type Operation,
} from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, type Severity, unplacedProblem } from '../model/problem.ts';
import type { RunRecord } from '../model/record.ts';
import { connectionsUsed } from './connections-used.ts';
import { irreversibleText } from './irreversible-text.ts';

/** What a rollback of a run is planned from. */
export interface RollbackInputs {
  /** The plan that the run executed, as it was amended last. */
  readonly stored: Plan;
  readonly record: RunRecord;
  /** The own history of the database behind a connection; undefined: the target's own. */
  readonly rowsOn: (connection: string | undefined) => readonly AppliedMigration[];
  /** The path of the rollback script that belongs to a migration now; `none` where its author states that there is no way back. */
  readonly rollbackOf: (operation: MigrationOperation) => string | undefined;
  readonly fileOf: (path: string) => 'script' | 'empty' | 'gone';
}

/** A plan without digest, base and the checksums of its rollback scripts, which are read when it is restored. */
export type RollbackDraft = Omit<Plan, 'digest' | 'base'>;

export type DraftedRollback =
  | { readonly type: 'drafted'; readonly draft: RollbackDraft; readonly findings: readonly Problem[] }
  | { readonly type: 'nothing'; readonly code: string; readonly message: string };

/** What becomes of one step: an operation of the rollback, and what people should know of it. */
interface Met {
  readonly operation?: MigrationOperation | IrreversibleOperation;
  readonly row?: AppliedMigration;
  readonly finding?: Problem;
  /** Where the step is taken back already: by which run. */
  readonly takenBackBy?: string;
}

/**
 * The way back of a run: the rollback scripts of the migrations that it applied and that still stand, last first, and between them the steps
 * that cannot be taken back. Deterministic and pure. Spec: rulings, "Rollback".
 */
export function draftRollback(inputs: RollbackInputs): DraftedRollback {
  const { stored, record } = inputs;
  const met = [...stored.operations].reverse().map((operation) => meet(operation, inputs));
  const operations = chained(met.flatMap(({ operation }) => operation ?? []));
  const findings = [...met.flatMap(({ finding }) => finding ?? []), ...later(met, inputs)];
  if (!operations.some(({ type }) => type === 'migration')) return { type: 'nothing', ...whyNothing(met, record) };
  const { kind, file, planId, createdBy, name } = stored.source;
  return {
    type: 'drafted',
    draft: {
      v: 1,
      source: { kind, file, planId, createdBy, name: `Roll back: ${name}` },
      project: stored.project,
      target: stored.target,
      connection: stored.connection,
      ...connectionsUsed(stored, operations),
      scope: stored.scope,
      approval: stored.approval,
      purpose: { type: 'roll_back', of: record.id },
      ...(stored.migrations && { migrations: stored.migrations }),
      ...(stored.log && { log: stored.log }),
      operations,
    },
    findings,
  };
}

function meet(operation: Operation, inputs: RollbackInputs): Met {
  const status = inputs.record.operations.find(({ id }) => id === operation.id)?.status;
  if (isCommand(operation)) return meetCommand(operation, status);
  if (operation.type === 'backup' && status === 'succeeded') return { finding: backupProblem(operation.id) };
  return operation.type === 'migration' ? meetMigration(operation, status, inputs) : {};
}

function meetCommand(operation: CommandOperation, status: string | undefined): Met {
  if (status === 'succeeded' || status === 'unknown' || status === 'running')
    return { operation: irreversible(operation, 'command', undefined) };
  if (status !== 'failed' && status !== 'cancelled') return {};
  const message = `The command "${operation.id}" did not end well in the run; what it had done by then is not taken back.`;
  return { finding: unplacedProblem('ROLLBACK_COMMAND', message, 'warning') };
}

/** Only the target can say what stands: a row that this run wrote, with the statements that it ran. */
function meetMigration(operation: MigrationOperation, status: string | undefined, inputs: RollbackInputs): Met {
  const { record } = inputs;
  const wasApplied = status === 'succeeded';
  const row = rowOf(operation, inputs);
  const { path } = operation.script;
  switch (row?.status) {
    case undefined:
      return wasApplied
        ? told(
            'ROLLBACK_NOT_RECORDED',
            `${path} was applied by the run, and the target has no row of it: it is left out.`,
          )
        : {};
    case 'started': {
      if (row.runId !== record.id) return {};
      const message = `${row.path} stopped half-way: its rollback script is written for the whole of it. Finish it first with: srdeploy resume ${record.id}`;
      return told('MIGRATION_UNFINISHED', message, 'error');
    }
    case 'rolling_back': {
      if (!wasApplied) return {};
      const message = `${row.path} is being rolled back by run ${row.runId}, which is not at its end. Finish that with: srdeploy resume ${row.runId}`;
      return told('ROLLBACK_UNFINISHED', message, 'error');
    }
    case 'rolled_back':
      return wasApplied ? takenBack(row) : {};
    case 'succeeded':
      return row.runId === record.id ? meetApplied(operation, row, inputs) : appliedByOthers(row, wasApplied);
  }
}

/** Its row, also where the file has got another name since. */
function rowOf(
  { script, connection }: MigrationOperation,
  { rowsOn, record }: RollbackInputs,
): AppliedMigration | undefined {
  const rows = rowsOn(connection);
  return (
    rows.find(({ path }) => path === script.path) ??
    rows.find(({ runId, checksum }) => runId === record.id && checksum === script.checksum)
  );
}

const takenBack = (row: AppliedMigration): Met => ({
  ...told('ROLLED_BACK_ALREADY', `${row.path} was rolled back already by run ${row.runId}.`, 'information'),
  takenBackBy: row.runId,
});

function appliedByOthers(row: AppliedMigration, wasApplied: boolean): Met {
  if (!wasApplied) return {};
  const message = `${row.path} was applied again since, by run ${row.runId}: it is left out. To take that back: srdeploy rollback ${row.runId}`;
  return told('APPLIED_AGAIN', message);
}

function meetApplied(operation: MigrationOperation, row: AppliedMigration, inputs: RollbackInputs): Met {
  const { checksum } = operation.script;
  if (row.checksum !== checksum) {
    const message = `${row.path} is recorded with other statements than the run applied (${row.reason ?? 'its row was changed'}): it is left out.`;
    return told('ROLLBACK_CHANGED', message);
  }
  const rollback = inputs.rollbackOf(operation);
  if (rollback === undefined) return { row, operation: irreversible(operation, 'missing', row.path) };
  if (rollback === 'none') return { row, operation: irreversible(operation, 'none', row.path) };
  const file = inputs.fileOf(rollback);
  if (file !== 'script') return { row, operation: irreversible(operation, file, rollback) };
  const { allows: _allows, reason: _reason, ...base } = operation;
  const script = { ...operation.script, path: row.path };
  const ref = typeof operation.rollback === 'object' ? operation.rollback : operation.script;
  return { row, operation: { ...base, script, action: 'roll_back', rollback: { ...ref, path: rollback } } };
}

const irreversible = (
  { id, name }: Operation,
  why: Irreversibility,
  file: string | undefined,
): IrreversibleOperation => ({
  id,
  name,
  phase: 'step',
  dependsOn: [],
  timeoutSec: undefined,
  retry: undefined,
  type: 'irreversible',
  why,
  file,
});

/** Each waits for the one before it: the way back is one way. */
const chained = (operations: readonly (MigrationOperation | IrreversibleOperation)[]): readonly Operation[] =>
  operations.map((operation, i) => {
    const before = operations[i - 1];
    return { ...operation, dependsOn: before ? [before.id] : [] };
  });

/** What was applied on top of the run by others stays, and may need what goes away. */
function later(met: readonly Met[], { rowsOn, record }: RollbackInputs): Problem[] {
  const first = new Map<string | undefined, string>();
  for (const { operation, row } of met) {
    if (operation?.type !== 'migration' || !row) continue;
    const before = first.get(operation.connection);
    if (before === undefined || row.appliedAt < before) first.set(operation.connection, row.appliedAt);
  }
  const above = [...first].flatMap(([connection, at]) =>
    rowsOn(connection).filter(
      ({ status, runId, appliedAt }) => status !== 'rolled_back' && runId !== record.id && appliedAt > at,
    ),
  );
  if (above.length === 0) return [];
  const names = above.map(({ path, runId }) => `${path} (run ${runId})`).join(', ');
  const message = `Applied after this run, and not taken back by this rollback: ${names}. They may need what is taken away; roll those runs back first.`;
  return [unplacedProblem('ROLLBACK_BELOW', message, 'warning')];
}

function whyNothing(met: readonly Met[], { id }: RunRecord): { readonly code: string; readonly message: string } {
  const error = met.find(({ finding }) => finding?.severity === 'error')?.finding;
  if (error) return { code: error.code, message: error.message };
  const runs = [...new Set(met.flatMap(({ takenBackBy }) => takenBackBy ?? []))];
  if (runs.length > 0)
    return {
      code: 'ALREADY_ROLLED_BACK',
      message: `What run ${id} applied was rolled back already by run ${runs.join(', ')}.`,
    };
  const kept = met.flatMap(({ operation }) =>
    operation?.type === 'irreversible' ? [irreversibleText(operation)] : [],
  );
  const left = met.flatMap(({ finding }) => (finding?.severity === 'warning' ? [finding.message] : []));
  const why =
    kept.length > 0
      ? `Nothing of run ${id} can be taken back: ${kept.join('; ')}.`
      : `Run ${id} has applied nothing that still stands.`;
  return { code: 'NOTHING_TO_ROLL_BACK', message: [why, ...left].join(' ') };
}

function backupProblem(id: string): Problem {
  const message = `The step "${id}" made a backup before. To restore it instead would lose everything that was written since, also by others; a rollback does not use it.`;
  return unplacedProblem('ROLLBACK_BACKUP', message, 'information');
}

const told = (code: string, message: string, severity: Severity = 'warning'): Met => ({
  finding: unplacedProblem(code, message, severity),
});
