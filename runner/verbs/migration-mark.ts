import {
  findMigration,
  findVersion,
  type MigrationOperation,
  type MigrationStanding,
  migrationsOf,
  type Plan,
  type Problem,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { compileLook } from '../compile-plan.ts';
import { type HistoryPlanView, historyView, reachedRows } from '../history-view.ts';
import { observePlan } from '../observed-plan.ts';
import { type Result, refuse, refuseProblems } from '../result.ts';
import { sourceWords } from '../source-words.ts';
import type { PlanOptions } from './plan.ts';

/** Which migrations: named files, or all up to a version. */
export type MarkChoice =
  | { readonly type: 'files'; readonly files: readonly string[] }
  | { readonly type: 'to'; readonly version: string };

export interface MarkOptions extends PlanOptions {
  readonly choice: MarkChoice;
  readonly reason: string;
}

/** The plan that records migrations as applied which somebody applied by other means. Runs none of them. */
export async function planMarkApplied(options: MarkOptions, signal: AbortSignal): Promise<Result<HistoryPlanView>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan } = compiled.value;
  const chosen = chooseMigrations(plan, options.choice);
  if (chosen.type === 'refused') return refuseProblems(chosen.problems);
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const rows = reachedRows(plan, observed.value);
  if (rows.type === 'error') return rows;
  const { standings } = observed.value;
  const changed = chosen.operations.find(({ id }) => standings.get(id)?.state === 'changed');
  if (changed) {
    const message = `${changed.script.path} is recorded as applied with other statements. To take the file as it is now: srdeploy migration repair ${sourceWords(options)} --file ${changed.script.path}`;
    return refuse('MIGRATION_CHANGED', message, exitCodes.invalidInput);
  }
  if (chosen.operations.every(({ id }) => standings.get(id)?.state === 'applied'))
    return refuse('NOTHING_TO_MARK', alreadyRecorded(chosen.operations), exitCodes.invalidInput);
  return historyView(plan, observed.value, options, {
    action: 'mark_applied',
    title: `Mark as applied: ${inWords(options.choice, chosen.operations)}`,
    reason: options.reason,
    operations: chosen.operations,
  });
}

export type Chosen =
  | { readonly type: 'chosen'; readonly operations: readonly MigrationOperation[] }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/** The migrations of a plan that a person means, in the plan's order. */
export function chooseMigrations(plan: Plan, choice: MarkChoice): Chosen {
  const all = migrationsOf(plan);
  const paths = all.map(({ script }) => script.path);
  if (choice.type === 'to') {
    const found = findVersion(choice.version, paths);
    return found.type === 'refused'
      ? { type: 'refused', problems: [found.problem] }
      : { type: 'chosen', operations: all.slice(0, found.value + 1) };
  }
  const found = choice.files.map((file) => findMigration(file, paths));
  const problems = found.flatMap((one) => (one.type === 'refused' ? [one.problem] : []));
  if (problems.length > 0) return { type: 'refused', problems };
  const wanted = new Set(found.flatMap((one) => (one.type === 'found' ? [one.value] : [])));
  return { type: 'chosen', operations: all.filter(({ script }) => wanted.has(script.path)) };
}

const inWords = (choice: MarkChoice, operations: readonly MigrationOperation[]): string =>
  choice.type === 'to' ? `up to ${choice.version}` : operations.map(({ script }) => script.path).join(', ');

const alreadyRecorded = (operations: readonly MigrationOperation[]): string =>
  operations.length === 1
    ? `${operations[0]?.script.path} is recorded as applied already.`
    : `All ${operations.length} migrations are recorded as applied already.`;

/** Why rows do not fit a baseline: what was said is not what is recorded. */
export function contradiction(path: string, { state, row, note }: MigrationStanding): string | undefined {
  switch (state) {
    case 'changed':
      return `${path} is recorded with other statements`;
    case 'rolled_back':
      return `${path} was rolled back at ${row?.appliedAt}`;
    case 'renamed':
      return `${path} is recorded as ${row?.path}`;
    case 'failed':
      return row ? `${path}: ${note}` : undefined;
    default:
      return undefined;
  }
}
