import {
  type AppliedMigration,
  type MigrationStanding,
  type Plan,
  type Problem,
  unplacedProblem,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { compileLook } from '../compile-plan.ts';
import { type HistoryPlanView, historyView, reachedRows } from '../history-view.ts';
import { observePlan } from '../observed-plan.ts';
import { type Result, refuse, refuseProblems } from '../result.ts';
import { sourceWords } from '../source-words.ts';
import { chooseMigrations } from './migration-mark.ts';
import type { PlanOptions } from './plan.ts';

export interface RepairOptions extends PlanOptions {
  /** The path of the file, or as much of its end as names one alone. */
  readonly migration: string;
  readonly reason: string;
}

/**
 * The plan that takes one file as it is now for what was applied. Where nothing can be accepted it says why, and what helps instead: a row
 * is never removed, since it is the record of what was done.
 */
export async function planRepair(options: RepairOptions, signal: AbortSignal): Promise<Result<HistoryPlanView>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan } = compiled.value;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const rows = reachedRows(plan, observed.value);
  if (rows.type === 'error') return rows;

  const chosen = chooseMigrations(plan, { type: 'files', files: [options.migration] });
  if (chosen.type === 'refused')
    return notInPlan(options.migration, rows.value, chosen.problems, observed.value.localOn(undefined));
  const [operation] = chosen.operations;
  const standing = operation && observed.value.standings.get(operation.id);
  if (!operation || !standing) throw new Error('A migration was chosen that is not in the plan.');
  const why = whyNot(operation.script.path, operation.script.checksum, standing, options, plan);
  if (why !== undefined) return refuse('NOTHING_TO_REPAIR', why, exitCodes.invalidInput);
  return historyView(plan, observed.value, options, {
    action: 'accept_change',
    title: `Repair: ${operation.script.path}`,
    reason: options.reason,
    operations: [operation],
  });
}

/** Undefined where the file can be accepted as it is. */
function whyNot(
  path: string,
  checksum: string,
  { state, row, note }: MigrationStanding,
  options: RepairOptions,
  { target }: Plan,
): string | undefined {
  switch (state) {
    case 'changed':
      return undefined;
    case 'applied':
      return row?.checksum === checksum ? `${path} is what was applied.` : undefined;
    case 'pending':
      return row
        ? `${path} is repeatable: a run applies it again, because it was changed.`
        : `${path} is pending: a run applies it. If somebody applied it by hand: srdeploy migration mark-applied ${sourceWords(options)} --file ${path}`;
    case 'failed':
      return row ? halfWay(path, row, note) : `${path} failed and nothing of it is applied: mend it and run again.`;
    case 'renamed':
      return `${path} was applied as ${row?.path}: a run moves the row, nothing needs to be repaired.`;
    case 'rolled_back':
      return `${path} was rolled back: a run applies it again.`;
    case 'missing':
    case 'unknown':
      return `How ${path} stands on ${target.id} is not known: ${note ?? state}.`;
  }
}

const halfWay = (path: string, { runId }: AppliedMigration, note: string | undefined): string =>
  `${path} was begun and not finished: ${note}. Go on with it: srdeploy resume ${runId}. If you finished it by hand: srdeploy migration mark-applied`;

/** A file that the plan does not have may still be recorded: then it is missing, and its row stays. */
function notInPlan(
  word: string,
  rows: readonly AppliedMigration[],
  problems: readonly Problem[],
  { isGone }: { readonly isGone: (path: string) => boolean },
): Result<never> {
  const row = rows.find(({ path }) => path === word || path.endsWith(`/${word}`));
  if (!row || !isGone(row.path)) return refuseProblems(problems);
  const message = `${row.path} was applied at ${row.appliedAt} by ${row.appliedBy} and its file is gone. Its row stays, since it says what was done; runs do not mind it. To have the file back, take it from version control; to have it back as it was applied, it stands in the column "sql" of srdeploy_migrations.`;
  return refuseProblems([unplacedProblem('MIGRATION_MISSING', message)]);
}
