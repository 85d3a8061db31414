import { describe, expect, it } from 'vitest';
import { noticeBody, noticeSubject, noticeText, type RunNotice } from '../../../core/index.ts';
import { created, failedStep, noticeAfter, run, started } from './notices.ts';

const seconds = (ms: number) => `${ms / 1000} s`;
const failed = noticeAfter([
  created,
  started,
  failedStep('no such table: orders'),
  { type: 'run.finished', outcome: 'failed', failure: { code: 'SQL_ERROR', message: 'no such table: orders' } },
]) as RunNotice;

describe('the text of a notice', () => {
  it('says what happened where, who did it, what failed and what to do next', () => {
    expect(noticeText(failed, seconds)).toBe(
      [
        'Deployment failed: Release 1.4 on staging',
        '',
        'Project  shop',
        'Target   staging',
        'Plan     Release 1.4 (deployments/release.srdeploy)',
        `Run      ${run}`,
        'Status   failed',
        'By       ann@host',
        'At       2026-02-05T12:00:03.000Z',
        'Took     2 s',
        '',
        'orders SQL_ERROR no such table: orders',
        `Go on with: srdeploy resume ${run}`,
        '',
      ].join('\n'),
    );
  });

  it('is headed by what happened, in a word for each way', () => {
    const headed = (more: Partial<RunNotice>) => noticeSubject({ ...failed, ...more }).split(':')[0];
    expect(headed({ event: 'started', status: 'running' })).toBe('Deployment started');
    expect(headed({ event: 'started', status: 'running', attempt: 2 })).toBe('Deployment resumed');
    expect(headed({ event: 'waiting', waiting: { reason: 'approval', approvals: 0, needed: 1 } })).toBe(
      'Deployment waits for approval',
    );
    expect(headed({ event: 'waiting', waiting: { reason: 'pause', message: 'x' } })).toBe(
      'Deployment waits at a pause',
    );
    expect(headed({ event: 'succeeded', status: 'succeeded' })).toBe('Deployment succeeded');
    expect(headed({ status: 'cancelled' })).toBe('Deployment cancelled');
    expect(headed({ status: 'unknown' })).toBe('Deployment ended, outcome unknown');
    expect(headed({ status: 'rollback_partial', rollsBack: run })).toBe('Rollback is partial');
    expect(headed({ event: 'rolled_back', status: 'rolled_back', rollsBack: run })).toBe('Rolled back');
    expect(headed({ event: 'started', status: 'running', rollsBack: run })).toBe('Rollback started');
  });

  it('says what is waited for and who can end it', () => {
    const approval: RunNotice = {
      ...failed,
      event: 'waiting',
      status: 'waiting',
      failure: undefined,
      waiting: { reason: 'approval', approvals: 1, needed: 2 },
      next: `srdeploy approve ${run}`,
    };
    expect(noticeText(approval, seconds)).toContain(
      `It has 1 of 2 approvals.\nApprove it with: srdeploy approve ${run}\n`,
    );
  });
});

describe('the JSON of a notice', () => {
  it('is versioned, in the words of the command line, and leaves out what is not known', () => {
    expect(JSON.parse(noticeBody(failed))).toEqual({
      v: 1,
      event: 'failed',
      run,
      attempt: 1,
      project: 'shop',
      target: 'staging',
      plan: { file: 'deployments/release.srdeploy', name: 'Release 1.4', digest: 'd1' },
      status: 'failed',
      at: '2026-02-05T12:00:03.000Z',
      by: 'ann@host',
      durationMs: 2_000,
      failure: { operation: 'orders', code: 'SQL_ERROR', message: 'no such table: orders' },
      next: `srdeploy resume ${run}`,
    });
  });
});
