import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import type { HealthCheck } from '../model/operation.ts';

const standard = { requestSec: 10, deadlineSec: 120, intervalSec: 5 };

/** A health check of a config whose form is right. Spec: orchestration, "Deployment Configuration System". */
export function decodeHealthCheck(json: NonNullable<DeployConfigJson['health_check']>): HealthCheck {
  const requestSec = json.timeout_seconds ?? standard.requestSec;
  // Where no deadline is given, one request has its whole time.
  const deadlineSec = json.deadline_seconds ?? Math.max(standard.deadlineSec, requestSec);
  return {
    url: json.url,
    method: json.method ?? 'GET',
    statuses: [json.expected_status ?? 200].flat(),
    headers: json.headers ?? {},
    contains: json.body?.contains,
    matches: json.body?.matches,
    requestMs: Math.min(requestSec, deadlineSec) * 1_000,
    deadlineMs: deadlineSec * 1_000,
    intervalMs: (json.interval_seconds ?? standard.intervalSec) * 1_000,
    successes: json.success_threshold ?? 1,
    failures: json.failure_threshold,
  };
}
