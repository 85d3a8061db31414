import type { Plan } from '../model/plan.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { Hasher } from '../ports/hasher.ts';
import { planDigest } from './digest.ts';

/** What `plan --out` writes: one JSON object. References to secrets, never their values. */
export const savedPlanText = (plan: Plan): string => `${JSON.stringify({ v: 1, plan }, undefined, 2)}\n`;

export type SavedPlan =
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'refused'; readonly problem: Problem };

/** The plan in a file that `plan --out` has written. One that was changed since does not have its digest any more and is refused. */
export function readSavedPlan(file: string, text: string, hasher: Hasher): SavedPlan {
  const plan = planIn(text);
  if (!plan)
    return refused(file, 'SAVED_PLAN_INVALID', `${file} is no saved plan. Make one with: srdeploy plan --out ${file}`);
  if (planDigest(plan, hasher) === plan.digest) return { type: 'plan', plan };
  const message = `${file} is not what was saved: its digest does not fit what it holds. Plan again with: srdeploy plan --out ${file}`;
  return refused(file, 'SAVED_PLAN_CHANGED', message);
}

const refused = (file: string, code: string, message: string): SavedPlan => ({
  type: 'refused',
  problem: { ...unplacedProblem(code, message), file },
});

function planIn(text: string): Plan | undefined {
  try {
    const { v, plan } = JSON.parse(text) as { v?: unknown; plan?: Partial<Plan> };
    const isPlan =
      v === 1 && plan?.v === 1 && plan.source && plan.target && plan.base && Array.isArray(plan.operations);
    return isPlan ? (plan as Plan) : undefined;
  } catch {
    return undefined; // Not JSON: no plan.
  }
}
