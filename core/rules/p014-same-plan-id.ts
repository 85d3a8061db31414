import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A `plan_id` that another plan of the project has: history and resume take the two for one. A new UUID is chance, so that the editor offers the fix. */
export const samePlanId: Rule = {
  code: 'P014',
  find({ file, planId }, facts) {
    if (!planId) return [];
    const others = (facts.plansWithId?.(planId.value) ?? []).filter((one) => one.file !== file);
    if (!others[0]) return [];
    const message = `${others[0].file} has this "plan_id" too: history and resume take the two for one plan. Give the newer one a new UUID.`;
    const related = others.map((one) => ({ ...one, message: 'It stands here too.' }));
    return [problemAt({ file, range: planId.range }, 'P014', message, { severity: 'warning', related })];
  },
};
