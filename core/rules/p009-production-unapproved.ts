import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

const PRODUCTION = /(?:^|[^a-z])prod(?:uction)?(?:[^a-z]|$)/i;

/** A target that is called production, in a plan that says that it needs no approval. */
export const productionUnapproved: Rule = {
  code: 'P009',
  find({ file, target, approvalRequired }) {
    const called = [target.id, target.name].find((one) => one && PRODUCTION.test(one.value));
    if (!called || approvalRequired?.value !== false) return [];
    const message = `The target "${called.value}" looks like production, and the plan needs no approval. Write true, so that somebody else looks at it first.`;
    return [
      problemAt({ file, range: approvalRequired.range }, 'P009', message, {
        severity: 'warning',
        fixes: [replaceFix('Change to true', approvalRequired.range, 'true')],
      }),
    ];
  },
};
