import { type AppliedMigration, compareVersions, isVersion, migrationsOf, migrationVersion } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { compileLook } from '../compile-plan.ts';
import { type HistoryPlanView, historyView, reachedRows } from '../history-view.ts';
import { type ObservedPlan, observePlan } from '../observed-plan.ts';
import { type Result, refuse, refuseProblems } from '../result.ts';
import { sourceWords } from '../source-words.ts';
import { chooseMigrations, contradiction } from './migration-mark.ts';
import type { PlanOptions } from './plan.ts';

export interface BaselineOptions extends PlanOptions {
  readonly version: string;
  readonly reason: string;
}

/**
 * The plan that records everything up to a version as applied, for a database that was there before this tool. Refused where the target has
 * rows that say otherwise.
 */
export async function planBaseline(options: BaselineOptions, signal: AbortSignal): Promise<Result<HistoryPlanView>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan } = compiled.value;
  const chosen = chooseMigrations(plan, { type: 'to', version: options.version });
  if (chosen.type === 'refused') return refuseProblems(chosen.problems);
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const rows = reachedRows(plan, observed.value);
  if (rows.type === 'error') return rows;

  const { standings } = observed.value;
  const below = chosen.operations.flatMap(({ id, script }) => {
    const standing = standings.get(id);
    return (standing && contradiction(script.path, standing)) ?? [];
  });
  const above = migrationsOf(plan)
    .slice(chosen.operations.length)
    .filter(({ script }) => rows.value.some((row) => row.path === script.path && isApplied(row)))
    .map(({ script }) => `${script.path} is recorded, and comes after ${options.version}`);
  const contradictions = [...below, ...above, ...goneRows(rows.value, observed.value, options.version)];
  if (contradictions.length > 0) {
    const message = `The target's history says something else: ${contradictions.join('; ')}. A baseline is for a target whose history begins. Look at it with: srdeploy migration status ${sourceWords(options)}. Record single files with: srdeploy migration mark-applied`;
    return refuse('BASELINE_CONTRADICTED', message, exitCodes.invalidInput);
  }
  if (chosen.operations.every(({ id }) => standings.get(id)?.state === 'applied')) {
    const message = `Everything up to ${options.version} is recorded as applied already.`;
    return refuse('NOTHING_TO_MARK', message, exitCodes.invalidInput);
  }
  return historyView(plan, observed.value, options, {
    action: 'mark_applied',
    title: `Baseline at ${options.version}: ${options.shape?.database ?? (options.file || 'the project')}`,
    reason: options.reason,
    operations: chosen.operations,
  });
}

const isApplied = ({ status }: AppliedMigration): boolean => status !== 'rolled_back';

/** Recorded files of a higher version that are gone from the project: this history did not begin with the baseline. */
function goneRows(rows: readonly AppliedMigration[], { localOn }: ObservedPlan, version: string): readonly string[] {
  const limit = version.replace(/^[Vv](?=\d)/, '');
  if (!isVersion(limit)) return [];
  return rows
    .filter((row) => isApplied(row) && localOn(undefined).isGone(row.path))
    .filter(({ path }) => isVersion(migrationVersion(path)) && compareVersions(migrationVersion(path), limit) > 0)
    .map(({ path }) => `${path} is recorded, and comes after ${version}`);
}
