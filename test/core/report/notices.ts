import {
  digest,
  foldRun,
  notificationOf,
  operationId,
  type RunEvent,
  type RunEventBody,
  type RunNotice,
  type RunRecord,
  runId,
  targetId,
} from '../../../core/index.ts';

export const run = runId('20260205-120000-aaaaaa');
export const step = operationId('orders');

/** What a run on staging may have in its journal before what a test is about. */
export const created: Extract<RunEventBody, { type: 'run.created' }> = {
  type: 'run.created',
  run,
  planDigest: digest('d1'),
  planFile: 'deployments/release.srdeploy',
  planName: 'Release 1.4',
  project: 'shop',
  target: targetId('staging'),
  by: 'ann@host',
  operations: [{ id: step, type: 'migration', name: 'Add orders', phase: 'step' }],
};
export const started: RunEventBody = {
  type: 'attempt.started',
  by: 'ann@host',
  host: 'host',
  pid: 1,
  planDigest: digest('d1'),
};
export const failedStep = (message: string): RunEventBody => ({
  type: 'operation.finished',
  operation: step,
  try: 1,
  outcome: 'failed',
  durationMs: 5,
  failure: { code: 'SQL_ERROR', message },
  final: true,
});

/** Bodies as a journal has them: a second apart from noon on, in the attempt that began last. */
export function journal(bodies: readonly RunEventBody[]): readonly RunEvent[] {
  let attempt = 0;
  return bodies.map((body, index) => {
    if (body.type === 'attempt.started') attempt += 1;
    const at = new Date(Date.UTC(2026, 1, 5, 12, 0, index)).toISOString();
    return { ...body, v: 1, seq: index + 1, at, attempt: Math.max(1, attempt) };
  });
}

/** The notice of the last event. */
export function noticeAfter(
  bodies: readonly RunEventBody[],
  redact: (text: string) => string = (text) => text,
): RunNotice | undefined {
  const events = journal(bodies);
  return notificationOf(events.at(-1) as RunEvent, foldRun(events) as RunRecord, redact);
}
