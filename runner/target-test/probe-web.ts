import { type HealthCheck, type WebRequest, type World, whyNotHealthy } from '../../core/index.ts';
import type { ProbeLimits, TargetProbe } from './probe.ts';

/** Asks an address once. With a health check the answer must be healthy; without one any answer shows that somebody is there. */
export async function probeWeb(
  request: Omit<WebRequest, 'timeoutMs'>,
  check: HealthCheck | undefined,
  { web }: Pick<World, 'web'>,
  { timeoutMs, signal }: ProbeLimits,
): Promise<TargetProbe> {
  const base = { way: 'web', at: check?.url ?? request.url, latencyMs: undefined } as const;
  const answer = await web.request({ ...request, timeoutMs }, signal);
  if (answer.type === 'failed') {
    const outcome = answer.why === 'cancelled' ? 'cancelled' : 'unreachable';
    return { ...base, outcome, detail: `${words[answer.why]}: ${answer.message}` };
  }
  const { status, latencyMs } = answer;
  if (!check) return { ...base, outcome: 'reached', latencyMs, detail: `status ${status}` };
  const why = whyNotHealthy(answer, check);
  if (why !== undefined) return { ...base, outcome: 'failed', latencyMs, detail: why };
  return { ...base, outcome: 'reached', latencyMs, detail: `status ${status}, healthy` };
}

const words = {
  refused: 'nothing listens there',
  dns: 'the name has no address',
  tls: 'the encrypted connection was not made',
  timeout: 'it took too long',
  cancelled: 'cancelled',
  other: 'no answer',
} as const;
