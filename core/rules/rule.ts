import type { Problem } from '../model/problem.ts';
import type { PlanParts } from '../read/plan-parts.ts';
import type { Facts } from './facts.ts';

/** Something that a plan document can have wrong although its form is right. */
export interface Rule {
  /** Stable; every problem of the rule carries it. */
  readonly code: string;
  find(plan: PlanParts, facts: Facts): readonly Problem[];
}
