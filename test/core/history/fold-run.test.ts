import { describe, expect, it } from 'vitest';
import {
  digest,
  firstUnfinished,
  foldEvent,
  foldRun,
  lockId,
  operationId,
  type RunEvent,
  type RunEventBody,
  type RunRecord,
  runView,
} from '../../../core/index.ts';
import {
  attemptStarted,
  created,
  eventWriter,
  finished,
  intent,
  output,
  sampleDigest,
  started,
} from './sample-events.ts';

const failure = { code: 'SQL_ERROR', message: 'no such table' };

function folded(...bodies: readonly (RunEventBody | readonly [RunEventBody, number])[]): RunRecord {
  const event = eventWriter();
  const events = bodies.map((body) => (Array.isArray(body) ? event(body[0], body[1]) : event(body as RunEventBody)));
  const record = foldRun(events);
  if (!record) throw new Error('no record');
  return record;
}

const operation = (record: RunRecord, id: string) => {
  const found = record.operations.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};
const statuses = (record: RunRecord) => record.operations.map(({ status }) => status);
const begun = [created(), attemptStarted()] as const;
const secondAttempt: readonly [RunEventBody, number] = [attemptStarted('bob'), 2];

describe('a record', () => {
  it('begins with the creation of the run and nothing else', () => {
    expect(foldRun([])).toBeUndefined();
    expect(foldEvent(undefined, eventWriter()(attemptStarted()))).toBeUndefined();
    expect(folded(created())).toMatchObject({
      by: 'ann',
      target: 'staging',
      end: { type: 'open' },
      attempts: [],
      lastSeq: 1,
    });
    expect(statuses(folded(created()))).toEqual(Array(5).fill('pending'));
  });

  it('follows an operation from its intent to its outcome', () => {
    expect(operation(folded(...begun, intent('first')), 'first')).toMatchObject({
      status: 'pending',
      announced: true,
      attempts: 0,
    });
    const running = operation(folded(...begun, intent('first'), started('first')), 'first');
    expect(running).toMatchObject({ status: 'running', attempts: 1, startedAt: '2026-02-05T12:00:04.000Z' });
    const done = folded(...begun, intent('first'), started('first'), finished('first', { detail: '3 statements' }));
    expect(operation(done, 'first')).toMatchObject({ status: 'succeeded', durationMs: 12, detail: '3 statements' });
  });

  it('shows the failure of a try while the next is awaited, and forgets it when that begins', () => {
    const failed = [
      ...begun,
      intent('first'),
      started('first'),
      finished('first', { outcome: 'failed', failure, final: false }),
    ];
    expect(operation(folded(...failed), 'first')).toMatchObject({ status: 'running', failure });
    const waiting: RunEventBody = {
      type: 'operation.waiting',
      operation: operationId('first'),
      waiting: { reason: 'retry', nextTry: 2, delaySec: 1 },
    };
    expect(operation(folded(...failed, waiting), 'first')).toMatchObject({ status: 'waiting', failure });
    const again = operation(folded(...failed, waiting, intent('first', 2), started('first', 2)), 'first');
    expect(again).toMatchObject({ status: 'running', attempts: 2 });
    expect([again.failure, again.waiting]).toEqual([undefined, undefined]);
  });

  it('waits for a person until the answer comes', () => {
    const waiting = { reason: 'pause', message: 'Look at it' } as const;
    const paused = folded(...begun, { type: 'operation.waiting', operation: operationId('backup'), waiting });
    expect(operation(paused, 'backup')).toMatchObject({ status: 'waiting', waiting });
    const on = foldEvent(paused, {
      ...eventWriter(
        '2026-02-05T12:00:00.000Z',
        3,
      )({ type: 'operation.continued', operation: operationId('backup'), by: 'ann' }),
    });
    expect(on && operation(on, 'backup')).toMatchObject({ status: 'running', waiting: undefined });
  });

  it('waits for approvals until the lock is asked for', () => {
    const waiting: RunEventBody = { type: 'run.waiting', waiting: { reason: 'approval', approvals: 0, needed: 1 } };
    expect(folded(created(), waiting).waiting).toEqual({ reason: 'approval', approvals: 0, needed: 1 });
    const held: RunEventBody = { type: 'lock.acquired', lock: lockId('l'), epoch: 0 };
    expect(folded(created(), waiting, held).waiting).toBeUndefined();
  });

  it('ends with the run, and its attempt with it', () => {
    const record = folded(
      ...begun,
      { type: 'cancel.requested', by: 'ann' },
      { type: 'run.finished', outcome: 'cancelled' },
    );
    expect(record.cancelRequested).toBe(true);
    expect(record.end).toEqual({ type: 'finished', outcome: 'cancelled', at: '2026-02-05T12:00:04.000Z' });
    expect(record.attempts).toMatchObject([{ attempt: 1, by: 'ann', end: record.end }]);
  });

  it('is opened again by the next attempt, which is asked and blamed for nothing yet', () => {
    const record = folded(
      ...begun,
      { type: 'cancel.requested', by: 'ann' },
      { type: 'run.finished', outcome: 'failed', failure },
      secondAttempt,
    );
    expect(record).toMatchObject({
      end: { type: 'open' },
      failure: undefined,
      waiting: undefined,
      cancelRequested: false,
    });
    expect(record.attempts).toMatchObject([
      { end: { outcome: 'failed' } },
      { attempt: 2, by: 'bob', end: { type: 'open' } },
    ]);
  });

  it('leaves what a dead runner was at as it was until the next attempt starts', () => {
    const dead = folded(...begun, intent('first'), started('first'));
    expect(operation(dead, 'first').status).toBe('running');
  });

  it('knows at the next attempt that a migration in flight is unknown and a backup is not', () => {
    const atBackup = folded(...begun, intent('backup'), started('backup'), secondAttempt);
    expect(operation(atBackup, 'backup')).toMatchObject({ status: 'pending', attempts: 1, startedAt: undefined });
    const atFirst = folded(...begun, intent('first'), started('first'), secondAttempt);
    expect(operation(atFirst, 'first').status).toBe('unknown');
  });

  it('takes the first of the migrations that a dead runner had announced for the one it was at', () => {
    const announced = folded(...begun, intent('first'), intent('second'));
    expect(runView(announced, 'dead').operations.map(({ id, status }) => [id, status])).toEqual(
      expect.arrayContaining([
        ['first', 'unknown'],
        ['second', 'pending'],
      ]),
    );
    const resumed = folded(...begun, intent('first'), intent('second'), secondAttempt);
    expect(operation(resumed, 'first')).toMatchObject({ status: 'unknown', announced: false });
    expect(operation(resumed, 'second')).toMatchObject({ status: 'pending', announced: false });
    const later = folded(
      ...begun,
      intent('first'),
      intent('second'),
      started('first'),
      finished('first'),
      secondAttempt,
    );
    expect(operation(later, 'second').status).toBe('unknown');
  });

  it('takes a migration whose runner died between two tries for failed, since nothing was in flight', () => {
    const between = folded(
      ...begun,
      intent('first'),
      started('first'),
      finished('first', { outcome: 'failed', failure, final: false }),
      secondAttempt,
    );
    expect(operation(between, 'first')).toMatchObject({ status: 'failed', failure });
  });

  it('keeps steps that are done and repeats checks at the next attempt', () => {
    const record = folded(
      ...begun,
      finished('reach'),
      finished('backup', { outcome: 'nothing-to-do' }),
      finished('first', { outcome: 'skipped' }),
      finished('second', { outcome: 'failed', failure }),
      finished('count', { outcome: 'failed', failure }),
      secondAttempt,
    );
    expect(statuses(record)).toEqual(['pending', 'nothing-to-do', 'skipped', 'failed', 'pending']);
    expect(operation(record, 'count').failure).toBeUndefined();
  });

  it('carries the digest of the amended plan', () => {
    const to = digest('c'.repeat(64));
    const record = folded(...begun, secondAttempt, [
      { type: 'plan.amended', from: sampleDigest, to, amendments: [] },
      2,
    ]);
    expect(record.planDigest).toBe(to);
    expect(record.attempts.map(({ planDigest }) => planDigest)).toEqual([sampleDigest, to]);
  });

  it('changes nothing when a stretch is folded in twice, and counts unknown types as seen', () => {
    const event = eventWriter();
    const events = [event(created()), event(attemptStarted()), event(intent('first')), event(started('first'))];
    const once = foldRun(events);
    expect(events.reduce<RunRecord | undefined>(foldEvent, once)).toEqual(once);
    const unknown = { ...event(output('first', 'x')), type: 'run.blessed' } as unknown as RunEvent;
    expect(foldEvent(once, unknown)).toEqual({ ...once, lastSeq: 5 });
  });

  it('folds 100,000 lines of output and leaves the operations untouched', () => {
    const event = eventWriter();
    const start = foldRun([event(created()), event(attemptStarted()), event(started('first'))]);
    const lines = Array.from({ length: 100_000 }, () => event(output('first', 'x')));
    const record = lines.reduce<RunRecord | undefined>(foldEvent, start);
    expect(record?.lastSeq).toBe(100_003);
    expect(record?.operations).toBe(start?.operations);
  });
});

describe('the first unfinished operation', () => {
  it('is the first that has not succeeded, and none when all are done', () => {
    const failed = folded(
      ...begun,
      finished('reach'),
      finished('backup'),
      finished('first', { outcome: 'failed', failure }),
    );
    expect(firstUnfinished(failed)?.id).toBe('first');
    const ids = ['reach', 'backup', 'first', 'second', 'count'];
    expect(firstUnfinished(folded(...begun, ...ids.map((id) => finished(id))))).toBeUndefined();
    expect(firstUnfinished(folded(...begun, finished('reach', { outcome: 'failed', failure })))?.id).toBe('reach');
  });
});
