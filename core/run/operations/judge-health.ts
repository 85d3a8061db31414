import type { HealthCheck } from '../../model/operation.ts';
import type { WebAnswer } from '../../ports/web.ts';
import { whyNotHealthy } from '../why-not-healthy.ts';

/** What the answers mean together. `unreachable`: there was no answer at all. `inconclusive`: some were healthy, and not enough in a row. */
export interface Verdict {
  readonly type: 'healthy' | 'unhealthy' | 'unreachable' | 'inconclusive';
  readonly words: string;
}

/** The last answer in words, and the verdict, if there is one by now. */
export function judgeHealth(
  answers: readonly WebAnswer[],
  check: HealthCheck,
  isLast: boolean,
): { readonly words: string; readonly verdict: Verdict | undefined } {
  const whys = answers.map((answer) => whyNot(answer, check));
  const last = answers.at(-1);
  const why = whys.at(-1);
  const words =
    why ?? `healthy: ${last?.type === 'answered' ? `${last.status} in ${Math.round(last.latencyMs)} ms` : ''}`;
  return { words, verdict: verdictOf(answers, whys, check, isLast) };
}

function verdictOf(
  answers: readonly WebAnswer[],
  whys: readonly (string | undefined)[],
  check: HealthCheck,
  isLast: boolean,
): Verdict | undefined {
  const inRow = lastInRow(whys);
  const why = whys.at(-1);
  if (why === undefined && inRow >= check.successes)
    return { type: 'healthy', words: `healthy${inRow > 1 ? `, ${inRow} times in a row` : ''}` };
  const isFailed = why !== undefined && check.failures !== undefined && inRow >= check.failures;
  if (!isFailed && !isLast) return undefined;
  const healthy = whys.filter((one) => one === undefined).length;
  const tries = `${answers.length} ${answers.length === 1 ? 'try' : 'tries'}`;
  if (!isFailed && healthy > 0)
    return {
      type: 'inconclusive',
      words: `${healthy} of ${tries} were healthy, not ${check.successes} in a row at the end.`,
    };
  const type = answers.some((answer) => answer.type === 'answered') ? 'unhealthy' : 'unreachable';
  return { type, words: `${check.url} is not healthy after ${tries}: ${why}.` };
}

/** How many of the last ones are alike. */
function lastInRow(whys: readonly (string | undefined)[]): number {
  const isHealthy = whys.at(-1) === undefined;
  const other = whys.findLastIndex((why) => (why === undefined) !== isHealthy);
  return whys.length - 1 - other;
}

const whyNot = (answer: WebAnswer, check: HealthCheck): string | undefined =>
  answer.type === 'failed' ? `no answer (${answer.message})` : whyNotHealthy(answer, check);
