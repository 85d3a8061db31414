import {
  commandText,
  databaseNames,
  isProduction,
  type MigrationStatus,
  migrationStatuses,
  type Observation,
  type Plan,
  type Problem,
  type Redactor,
  standingProblems,
  type TargetId,
  unplacedProblem,
} from '../../core/index.ts';
import { compileLook } from '../compile-plan.ts';
import { observePlan } from '../observed-plan.ts';
import { ok, type Result } from '../result.ts';
import type { PlanOptions } from './plan.ts';

export interface MigrationStatusView {
  readonly target: TargetId;
  readonly production: boolean;
  readonly migrations: readonly MigrationStatus[];
  /** What a run would be refused or warned for, by what the target says. */
  readonly findings: readonly Problem[];
  /** Why states are `unknown`; undefined where every database answered. */
  readonly unreached: string | undefined;
}

/** Always reads the target; one that cannot be reached gives `unknown`, never `pending`. Spec: rulings, "Migration history, twice". */
export async function migrationStatus(options: PlanOptions, signal: AbortSignal): Promise<Result<MigrationStatusView>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan, findings } = compiled.value;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const { observation, others, standings, redactor } = observed.value;
  return ok({
    target: plan.target.id,
    production: isProduction(plan.target),
    migrations: migrationStatuses(plan, observed.value),
    findings: [
      ...findings,
      ...standingProblems(plan, standings, observed.value.rowsOn),
      ...observed.value.commandProblems,
      ...byHand(plan),
    ],
    unreached: unreachedOf(plan, [[undefined, observation], ...others], redactor),
  });
}

/** What people run by hand is none of the plan's migrations, and is asked for by itself. */
const byHand = ({ manual = [], target }: Plan): readonly Problem[] =>
  manual.map(({ database }) => {
    const argv = ['srdeploy', 'migration', 'status', '--database', database, '--target', target.id];
    const message = `The migrations of the database "${database}" are run by hand and stand elsewhere: ${commandText({ type: 'argv', argv })}`;
    return { ...unplacedProblem('DATABASE_BY_HAND', message), severity: 'information' };
  });

/** Which databases did not answer, and why. */
function unreachedOf(
  plan: Plan,
  observations: readonly (readonly [string | undefined, Observation])[],
  { redact }: Redactor,
): string | undefined {
  const reasons = observations.flatMap(([name, seen]) => {
    if (seen.type !== 'unreached') return [];
    const message = redact(seen.message);
    return [name === undefined ? message : `${databaseNames(plan, name)}: ${message}`];
  });
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}
