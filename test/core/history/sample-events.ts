import {
  digest,
  type OperationType,
  operationId,
  type PlannedOperation,
  type RunEvent,
  type RunEventBody,
  type RunId,
  runId,
  targetId,
} from '../../../core/index.ts';

export const sampleDigest = digest('a'.repeat(64));
export const sampleRun = runId('20260205-120000-aaaaaa');

export const planned = (
  id: string,
  type: OperationType,
  phase: PlannedOperation['phase'] = 'step',
): PlannedOperation => ({
  id: operationId(id),
  type,
  name: id,
  phase,
});

export const sampleOperations = [
  planned('reach', 'connection', 'pre_check'),
  planned('backup', 'backup'),
  planned('first', 'migration'),
  planned('second', 'migration'),
  planned('count', 'object_count', 'post_check'),
];

/** Numbers bodies as a runner does. Time goes on by a second an event. */
export function eventWriter(
  start = '2026-02-05T12:00:00.000Z',
  seq = 0,
): (body: RunEventBody, attempt?: number) => RunEvent {
  let last = seq;
  return (body, attempt = 1) => {
    last += 1;
    return { v: 1, seq: last, at: new Date(Date.parse(start) + last * 1000).toISOString(), attempt, ...body };
  };
}

export const created = (run: RunId = sampleRun, target = 'staging'): RunEventBody => ({
  type: 'run.created',
  run,
  planDigest: sampleDigest,
  planFile: 'deployments/shop.srdeploy',
  planName: 'Shop',
  project: 'shop',
  target: targetId(target),
  by: 'ann',
  operations: sampleOperations,
});

export const attemptStarted = (by = 'ann'): RunEventBody => ({
  type: 'attempt.started',
  by,
  host: 'host-a',
  pid: 100,
  planDigest: sampleDigest,
});

export const intent = (id: string, n = 1): RunEventBody => ({
  type: 'operation.intent',
  operation: operationId(id),
  try: n,
});
export const started = (id: string, n = 1): RunEventBody => ({
  type: 'operation.started',
  operation: operationId(id),
  try: n,
});
export const output = (id: string, text: string): RunEventBody => ({
  type: 'operation.output',
  operation: operationId(id),
  lines: [{ stream: 'info', text }],
});

type Finished = Extract<RunEventBody, { readonly type: 'operation.finished' }>;

export const finished = (id: string, changes: Partial<Finished> = {}): RunEventBody => ({
  type: 'operation.finished',
  operation: operationId(id),
  try: 1,
  outcome: 'succeeded',
  durationMs: 12,
  final: true,
  ...changes,
});

export const migrated = (
  id: string,
  status: 'success' | 'failed' | 'rolled_back' = 'success',
  file = `migrations/${id}.sql`,
): RunEventBody =>
  finished(id, {
    outcome: status === 'failed' ? 'failed' : 'succeeded',
    migration: { file, checksum: digest('b'.repeat(64)), status, executionMs: 12 },
    ...(status === 'failed' && { failure: { code: 'SQL_ERROR', message: 'no such table: oders' } }),
  });
