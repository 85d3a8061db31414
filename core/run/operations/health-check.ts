import type { HealthCheck, HealthCheckOperation } from '../../model/operation.ts';
import { fillAddress, variablesIn } from '../../plan/address.ts';
import { referenceIn } from '../../plan/reference.ts';
import { lookUp } from '../../plan/references.ts';
import type { WebAnswer, WebRequest } from '../../ports/web.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { cancelled, failed, leaseLost, type OperationResult, succeeded } from '../operation-result.ts';
import { judgeHealth, type Verdict } from './judge-health.ts';
import { runPause } from './pause.ts';
import { wantedVariables } from './wanted-variables.ts';

/**
 * Asks an address until it is healthy, or not healthy often enough, or the time is over. Answers of both kinds up to then prove nothing: a
 * person looks and goes on or cancels. Spec: orchestration, "Deployment Group Orchestration"; facts of the engine, "4 outcomes incl. inconclusive".
 */
export async function runHealthCheck(
  operation: HealthCheckOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { check } = operation;
  const ready = requestOf(operation, context);
  if (ready.type === 'missing') return failed({ code: 'MISSING_VARIABLE', message: ready.message }, false);
  const verdict = await askUntilDecided(check, ready.request, context, signal);
  if (signal.aborted) return cancelled('Cancelled while the health was asked for.');
  if (!(await context.lease.confirm())) return leaseLost();
  switch (verdict.type) {
    case 'healthy':
      return succeeded(verdict.words);
    case 'unhealthy':
      return failed({ code: 'HEALTH_FAILED', message: verdict.words });
    case 'unreachable':
      return failed({ code: 'HEALTH_ERROR', message: verdict.words });
    case 'inconclusive':
      return lookedAt(operation, verdict.words, context, signal);
  }
}

/** Nobody's word counts but a person's: what passes pauses by itself does not pass this one. */
async function lookedAt(
  operation: HealthCheckOperation,
  words: string,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  context.log(info(words));
  if (context.autoContinue)
    return failed({
      code: 'HEALTH_INCONCLUSIVE',
      message: `${words} Nobody is asked, since pauses are passed by themselves.`,
    });
  const message = `${words} Look whether it is healthy, and continue or cancel.`;
  return runPause({ ...operation, type: 'pause', message }, context, signal);
}

type Ready =
  | { readonly type: 'ready'; readonly request: WebRequest }
  | { readonly type: 'missing'; readonly message: string };

function requestOf({ check, wants }: HealthCheckOperation, { world }: OperationContext): Ready {
  const values = wantedVariables(wants, world.variables);
  const unfilled = variablesIn(check.url).filter((name) => values[name] === undefined);
  if (unfilled.length > 0)
    return { type: 'missing', message: `These variables of the address have no value: ${unfilled.join(', ')}.` };
  const headers = Object.entries(check.headers).map(([name, text]) => {
    const reference = referenceIn(text);
    return [name, reference ? lookUp(reference, world.variables) : text] as const;
  });
  const lacking = headers.filter(([, value]) => value === undefined).map(([name]) => name);
  if (lacking.length > 0)
    return { type: 'missing', message: `The values of these headers are not set: ${lacking.join(', ')}.` };
  return {
    type: 'ready',
    request: {
      url: fillAddress(check.url, values),
      method: check.method,
      headers: Object.fromEntries(headers as readonly (readonly [string, string])[]),
      timeoutMs: check.requestMs,
    },
  };
}

async function askUntilDecided(
  check: HealthCheck,
  request: WebRequest,
  { world, log, remainingMs }: OperationContext,
  signal: AbortSignal,
): Promise<Verdict> {
  const begun = world.clock.monotonicMs();
  const answers: WebAnswer[] = [];
  for (;;) {
    const answer = await world.web.request(request, signal);
    answers.push(answer);
    const left = Math.min(check.deadlineMs - (world.clock.monotonicMs() - begun), remainingMs() ?? Infinity);
    const isLast = signal.aborted || left <= check.intervalMs;
    const { words, verdict } = judgeHealth(answers, check, isLast);
    log(info(words));
    if (verdict) return verdict;
    await world.clock.sleep(check.intervalMs, signal);
  }
}
