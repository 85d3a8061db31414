import type { Backend } from '../model/connection.ts';
import type { PlannedDanger } from '../model/danger.ts';
import type { OperationId } from '../model/ids.ts';
import type { MigrationOperation } from '../model/operation.ts';
import type { MigrationSettings, Plan } from '../model/plan.ts';
import type { RuleSettings } from '../model/rule-settings.ts';
import type { SqlEffects } from '../ports/sql-effects.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { type DangerScript, findDangers } from '../rules/find-dangers.ts';
import { migrationsOf } from './migration-states.ts';
import { prepareScript } from './prepare-script.ts';
import type { ReadScriptText } from './script-files.ts';
import { transactionMode } from './transaction-mode.ts';

/** What the dangers of a plan are judged by. */
export interface PlanDangerFacts {
  readonly syntax: Pick<SqlSyntax, 'split'>;
  /** Loaded for the dialect of the plan's connection. */
  readonly effects: SqlEffects;
  readonly read: ReadScriptText;
  readonly settings: RuleSettings;
  /** How a migration stands against the target, as far as that is known. */
  readonly standingOf: (operation: OperationId) => DangerScript['standing'];
  /** The one script whose dangers are asked for; absent: all. */
  readonly only?: string;
}

/** A plan as far as its dangers go. */
export interface JudgedPlan extends Pick<Plan, 'operations' | 'migrations'> {
  readonly dialect: Backend;
}

/** The dangers of the migrations that a run of the plan would run, in its order. */
export function planDangers(plan: JudgedPlan, facts: PlanDangerFacts): readonly PlannedDanger[] {
  const { dialect } = plan;
  const scripts = migrationsOf(plan).flatMap((operation) => {
    const path = scriptOf(operation);
    const text = path === undefined ? undefined : facts.read(path);
    if (path === undefined || text === undefined) return [];
    const rules = { dialect, settings: plan.migrations };
    const script = dangerScript({ path, text, read: facts.read }, rules, facts.syntax);
    const rollback = rollbackWord(operation);
    return [
      {
        operation,
        script: {
          ...script,
          rollback,
          standing: facts.standingOf(operation.id),
          isAsked: facts.only === undefined || facts.only === path,
          ids: [operation.id],
        },
      },
    ];
  });
  const dangers = findDangers(
    scripts.map(({ script }) => script),
    { dialect, effects: facts.effects, settings: facts.settings },
  );
  return scripts.flatMap(({ operation }, index) =>
    (dangers[index] ?? []).map((danger) => ({ ...danger, operation: operation.id })),
  );
}

/** The script that an operation runs; undefined for one that only changes history. */
export function scriptOf({ action = 'apply', script, rollback }: MigrationOperation): string | undefined {
  switch (action) {
    case 'apply':
      return script.path;
    case 'roll_back':
      return typeof rollback === 'object' ? rollback.path : undefined;
    case 'mark_applied':
    case 'accept_change':
      return undefined;
  }
}

function rollbackWord({ action = 'apply', rollback }: MigrationOperation): DangerScript['rollback'] {
  if (action !== 'apply') return 'unknown';
  if (rollback === undefined) return 'absent';
  return rollback === 'none' ? 'none' : 'present';
}

/** A script as the danger report reads it, taken for pending and with nothing known of its rollback. */
export function dangerScript(
  script: { readonly path: string; readonly text: string; readonly read: ReadScriptText },
  rules: { readonly dialect: Backend; readonly settings: MigrationSettings | undefined },
  syntax: Pick<SqlSyntax, 'split'>,
): DangerScript {
  const prepared = prepareScript(script, rules, syntax);
  return {
    file: script.path,
    text: script.text,
    statements: prepared.statements,
    placeOf: prepared.placeOf,
    standing: 'pending',
    isAsked: true,
    isTransactional: transactionMode(prepared, rules.dialect).type === 'transaction',
    asksForNoTransaction: prepared.header.noTransaction,
    rollback: 'unknown',
    ids: [],
  };
}
