import type { Retry } from '../model/operation.ts';
import { retryDelaySec } from '../model/retry-delay.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A step that waits longer between its attempts than one of them may take: `timeout_sec` bounds one attempt and not the waits. */
export const waitsPastTimeout: Rule = {
  code: 'P010',
  find: ({ file, operations }) =>
    operations.flatMap(({ timeoutSec, retry }) => {
      // A timeout of nothing is told as that.
      if (!retry || !timeoutSec || timeoutSec < 0) return [];
      const waits = allWaitsSec(retry.value);
      if (waits <= timeoutSec) return [];
      const message = `The waits between the attempts come to ${waits} s in all, more than "timeout_sec": ${timeoutSec}, which bounds one attempt and no wait. Lower "max" or "backoff_sec" where the step should end sooner.`;
      return [problemAt({ file, range: retry.range }, 'P010', message, { severity: 'information' })];
    }),
};

/** All of them together. Once a wait has its full length, all that follow do. */
function allWaitsSec(retry: Retry): number {
  let sum = 0;
  for (let n = 1; n <= retry.max; n++) {
    const wait = retryDelaySec(retry, n);
    if (wait === 0 || wait === retryDelaySec(retry, n + 1)) return sum + wait * (retry.max - n + 1);
    sum += wait;
  }
  return sum;
}
