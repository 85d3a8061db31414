import { describe, expect, it } from 'vitest';
import { createRedactor, type RunEventBody, type RunOutcome } from '../../../core/index.ts';
import { created, failedStep, noticeAfter, run, started, step } from './notices.ts';

const finished = (outcome: RunOutcome, message?: string): RunEventBody => ({
  type: 'run.finished',
  outcome,
  ...(message !== undefined && { failure: { code: 'SQL_ERROR', message } }),
});
const waiting = (waits: Extract<RunEventBody, { type: 'operation.waiting' }>['waiting']): RunEventBody => ({
  type: 'operation.waiting',
  operation: step,
  waiting: waits,
});

describe('what people are told', () => {
  it('is that an attempt started, and who started it', () => {
    const second = noticeAfter([created, started, finished('failed'), { ...started, by: 'ben@host' } as RunEventBody]);
    expect(noticeAfter([created, started])).toMatchObject({
      event: 'started',
      status: 'running',
      attempt: 1,
      by: 'ann@host',
    });
    expect(second).toMatchObject({ event: 'started', attempt: 2, by: 'ben@host', next: undefined });
  });

  it('is that a run waits for a person, and with which command it goes on; never that it waits for its next try', () => {
    const pause = noticeAfter([created, started, waiting({ reason: 'pause', message: 'Look.\nThen go.' })]);
    expect(pause).toMatchObject({
      event: 'waiting',
      status: 'waiting',
      waiting: { message: 'Look. Then go.' },
      next: `srdeploy continue ${run}`,
    });
    const approval: RunEventBody = { type: 'run.waiting', waiting: { reason: 'approval', approvals: 0, needed: 2 } };
    expect(noticeAfter([created, started, approval])).toMatchObject({
      event: 'waiting',
      next: `srdeploy approve ${run}`,
    });
    expect(noticeAfter([created, started, waiting({ reason: 'retry', nextTry: 2, delaySec: 4 })])).toBeUndefined();
  });

  it('is how it ended, with a word of its own for what is neither good nor failed', () => {
    const ends = (['succeeded', 'rolled_back', 'failed', 'cancelled', 'unknown', 'rollback_partial'] as const).map(
      (outcome) => noticeAfter([created, started, finished(outcome)]),
    );
    expect(ends.map((notice) => [notice?.event, notice?.status])).toEqual([
      ['succeeded', 'succeeded'],
      ['rolled_back', 'rolled_back'],
      ['failed', 'failed'],
      ['failed', 'cancelled'],
      ['failed', 'unknown'],
      ['failed', 'rollback_partial'],
    ]);
    expect(ends.map((notice) => notice?.next)).toEqual([
      undefined,
      undefined,
      ...Array(4).fill(`srdeploy resume ${run}`),
    ]);
  });

  it('is which operation failed, the first line of its error, and how long the attempt took', () => {
    const message = 'no such table: orders\n  in statement 3';
    const notice = noticeAfter([created, started, failedStep(message), finished('failed', message)]);
    expect(notice?.failure).toEqual({ operation: 'orders', code: 'SQL_ERROR', message: 'no such table: orders' });
    expect(notice?.durationMs).toBe(2_000);
  });

  it('names no operation where none is at fault', () => {
    const notice = noticeAfter([created, started, finished('failed', 'The target is held by somebody else.')]);
    expect(notice?.failure).toEqual({
      operation: undefined,
      code: 'SQL_ERROR',
      message: 'The target is held by somebody else.',
    });
  });

  it('is nothing of the steps in between, and nothing of what only changes the history', () => {
    expect(noticeAfter([created, started, failedStep('x')])).toBeUndefined();
    expect(noticeAfter([created, started, { type: 'cancel.requested', by: 'ann' }])).toBeUndefined();
    expect(noticeAfter([{ ...created, purpose: { type: 'history' } }, started])).toBeUndefined();
  });

  it('is masked and on one line, also where a name holds a secret, a line end or a turn of the reading direction', () => {
    const { redact } = createRedactor(['hunter22']);
    const hostile: RunEventBody = {
      ...created,
      planName: 'A plan\r\nStatus  succeeded\u202e hunter22',
      project: 'shop\u0007\u001b[31m',
      by: 'ann\n@host',
    };
    const notice = noticeAfter(
      [hostile, { ...started, by: 'ann\n@host' } as RunEventBody, finished('failed', 'hunter22 was refused')],
      redact,
    );
    expect(notice?.plan.name).toBe('A plan Status  succeeded  ***');
    expect(notice?.project).toBe('shop [31m');
    expect(notice?.by).toBe('ann @host');
    expect(notice?.failure?.message).toBe('*** was refused');
    expect(JSON.stringify(notice)).not.toContain('hunter22');
  });

  it('is cut where it is long, between characters', () => {
    const notice = noticeAfter([created, started, finished('failed', '😀'.repeat(1_000))]);
    expect(notice?.failure?.message).toBe(`${'😀'.repeat(299)}…`);
  });
});
