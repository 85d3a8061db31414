import type { HealthCheck } from '../model/operation.ts';
import type { WebAnswer } from '../ports/web.ts';

/** Why what an address answered is not healthy; undefined for what is. */
export function whyNotHealthy(
  answer: Extract<WebAnswer, { readonly type: 'answered' }>,
  check: HealthCheck,
): string | undefined {
  if (!check.statuses.includes(answer.status))
    return `status ${answer.status} instead of ${check.statuses.join(' or ')}`;
  if (check.contains !== undefined && !answer.body.includes(check.contains))
    return 'the answer does not contain the text that it must';
  if (check.matches !== undefined && !new RegExp(check.matches).test(answer.body))
    return 'the answer does not match the pattern that it must';
  return undefined;
}
