import { describe, expect, it } from 'vitest';
import { actionOf, noticesOf, noticeToTell } from '../../client/run-notices.ts';
import { notificationEvents, type RunView } from '../../core/index.ts';
import { operationId, runId, targetId } from '../../core/model/ids.ts';
import { operation, run } from '../media/samples.ts';

const created = Date.parse('2026-02-05T12:00:00.000Z');
const [earlier, later] = [created - 1_000, created + 60_000];
const approval = { reason: 'approval', approvals: 0, needed: 1 } as const;
const pause = (message: string) => ({ reason: 'pause', message }) as const;
const running = run('running', []);
const attempt2 = (status: RunView['status']): RunView => run(status, [], { attempt: 2 });
const pausedAt = (message: string) => run('waiting', [operation('look', 'waiting', { waiting: pause(message) })]);
const eventsOf = (before: RunView | undefined, after: RunView, since = earlier) =>
  noticesOf(before, after, since).map(({ event }) => event);

describe('what a change of a run means', () => {
  it('is a start where it was not there before', () => {
    expect(eventsOf(undefined, running)).toEqual(['started']);
    expect(eventsOf(run('failed', []), attempt2('running'))).toEqual(['started']);
  });

  it('is how it ended, by the same words as everywhere: whatever is not good has failed', () => {
    const ends = [
      'succeeded',
      'rolled_back',
      'failed',
      'cancelled',
      'unknown',
      'rollback_partial',
      'interrupted',
    ] as const;
    const told = ends.map((status) => eventsOf(running, run(status, [])));
    expect(told).toEqual([['succeeded'], ['rolled_back'], ...Array.from({ length: 5 }, () => ['failed'])]);
  });

  it('is both where it began and ended between two looks', () => {
    expect(eventsOf(undefined, run('failed', []))).toEqual(['started', 'failed']);
    expect(eventsOf(run('failed', []), attempt2('failed'))).toEqual(['started', 'failed']);
  });

  it('is a wait for a person, at a pause or for approval, and none for the next try', () => {
    expect(eventsOf(running, run('waiting', [], { waiting: approval }))).toEqual(['waiting']);
    expect(eventsOf(running, pausedAt('Look.'))).toEqual(['waiting']);
    const retry = { reason: 'retry', nextTry: 2, delaySec: 1 } as const;
    expect(eventsOf(running, run('running', [operation('a', 'waiting', { waiting: retry })]))).toEqual([]);
  });

  it('is nothing where it goes on, or where one of several approvals has come', () => {
    expect(eventsOf(running, run('running', [operation('a', 'succeeded')]))).toEqual([]);
    expect(eventsOf(pausedAt('Look.'), running)).toEqual([]);
    const waits = (approvals: number) => run('waiting', [], { waiting: { ...approval, approvals, needed: 2 } });
    expect(eventsOf(waits(0), waits(1))).toEqual([]);
  });

  it('has a key for each event of each attempt, and one for each pause', () => {
    const keysOf = (before: RunView | undefined, after: RunView) =>
      noticesOf(before, after, earlier).map(({ key }) => key);
    expect(keysOf(running, run('interrupted', []))).toEqual(keysOf(running, run('failed', [])));
    const keys = [
      ...keysOf(undefined, run('failed', [])),
      ...keysOf(run('failed', []), attempt2('failed')),
      ...keysOf(running, pausedAt('Look.')),
      ...keysOf(pausedAt('Look.'), pausedAt('Look again.')),
      ...keysOf(running, run('failed', [], { id: runId('20260205-120000-aaaaaa') })),
    ];
    expect(new Set(keys).size).toBe(7);
  });

  it('is nothing where it lies before the window, but its end is news even so', () => {
    expect(eventsOf(undefined, running, later)).toEqual([]);
    expect(eventsOf(undefined, run('waiting', [], { waiting: approval }), later)).toEqual([]);
    const ended = (finishedAt: string) => run('succeeded', [], { finishedAt });
    expect(eventsOf(undefined, ended('2026-02-05T12:00:30.000Z'), later)).toEqual([]);
    expect(eventsOf(undefined, ended('2026-02-05T12:01:30.000Z'), later)).toEqual(['succeeded']);
  });

  it('is nothing where only what is recorded of the target changes', () => {
    expect(eventsOf(undefined, run('succeeded', [], { onlyRecords: true }))).toEqual([]);
  });
});

describe('what is told of it', () => {
  const notices = noticesOf(undefined, run('failed', []), earlier);
  const told = (...channels: Parameters<typeof noticeToTell>[2]) => noticeToTell(notices, running, channels)?.event;

  it('is the last that any channel asks for, and nothing without one', () => {
    expect(told({ on: notificationEvents, targets: undefined })).toBe('failed');
    expect(told({ on: ['started', 'succeeded'], targets: undefined })).toBe('started');
    expect(told({ on: [], targets: undefined }, { on: ['failed'], targets: undefined })).toBe('failed');
    expect(told()).toBeUndefined();
  });

  it('is nothing of a target that no channel names', () => {
    expect(told({ on: ['failed'], targets: [targetId('production')] })).toBeUndefined();
    expect(told({ on: ['failed'], targets: [targetId('staging')] })).toBe('failed');
    expect(told({ on: ['failed'], targets: [] })).toBeUndefined();
  });

  it('offers what goes on from there: a resume, or an approval', () => {
    const actionFor = (after: RunView) => noticesOf(running, after, earlier).map((notice) => actionOf(notice, after));
    expect(actionFor(run('failed', [], { resumeFrom: operationId('a') }))).toEqual(['resume']);
    expect(actionFor(run('failed', []))).toEqual([undefined]);
    expect(actionFor(run('waiting', [], { waiting: approval }))).toEqual(['approve']);
    expect(actionFor(pausedAt('Look.'))).toEqual([undefined]);
    expect(actionFor(run('succeeded', []))).toEqual([undefined]);
  });
});
