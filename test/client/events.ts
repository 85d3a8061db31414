import type { RunEvent, RunEventBody } from '../../core/index.ts';
import { digest, operationId, runId, targetId } from '../../core/model/ids.ts';

export const sampleRun = runId('20260205-120000-k3f9qz');
const sampleDigest = digest('ab'.repeat(32));

/** An event with its envelope. */
export const event = (seq: number, body: RunEventBody, attempt = 1): RunEvent => ({
  ...body,
  v: 1,
  seq,
  at: new Date(Date.UTC(2026, 1, 5, 12, 0, seq)).toISOString(),
  attempt,
});

export const output = (seq: number, operation: string, texts: readonly string[]): RunEvent =>
  event(seq, {
    type: 'operation.output',
    operation: operationId(operation),
    lines: texts.map((text) => ({ stream: 'stdout', text })),
  });

/** A run of two steps whose first has started. */
export const startedRun = (): readonly RunEvent[] => [
  event(1, {
    type: 'run.created',
    run: sampleRun,
    planDigest: sampleDigest,
    planFile: 'deployments/release.srdeploy',
    planName: 'Shop release',
    project: '',
    target: targetId('staging'),
    by: 'ana',
    operations: [
      { id: operationId('step_1'), type: 'migration', name: 'Create the orders', phase: 'step' },
      { id: operationId('step_2'), type: 'migration', name: 'Add the index', phase: 'step' },
    ],
  }),
  event(2, { type: 'attempt.started', by: 'ana', host: 'desk', pid: 1, planDigest: sampleDigest }),
  event(3, { type: 'operation.started', operation: operationId('step_1'), try: 1 }),
];

export const finished = (seq: number, operation: string, outcome: 'succeeded' | 'failed'): RunEvent =>
  event(seq, {
    type: 'operation.finished',
    operation: operationId(operation),
    try: 1,
    outcome,
    durationMs: 12_000,
    final: true,
    ...(outcome === 'failed' && {
      failure: {
        code: 'SQL_ERROR',
        message: 'no such column',
        file: 'migrations/V1.sql',
        line: 14,
        column: 3,
        statement: 'SELECT x',
      },
    }),
  });
