import type { Plan } from '../model/plan.ts';
import type { Failure } from '../model/run.ts';
import { isProduction } from '../model/target.ts';

/** Milliseconds after which a plan is too old for production. Spec: rulings, "Production". */
const freshMs = 15 * 60_000;

export const tooOld: Failure = {
  code: 'PROD_PLAN_STALE',
  message: 'The plan is older than 15 minutes, too old for a production target. Plan again.',
};

/** True where the plan may not run on its target any more because of its age. */
export const isTooOld = (plan: Plan, now: Date): boolean =>
  isProduction(plan.target) && now.getTime() - Date.parse(plan.base.createdAt) > freshMs;
