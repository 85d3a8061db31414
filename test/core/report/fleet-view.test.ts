import { describe, expect, it } from 'vitest';
import { type FleetTargetOutcome, fleetTargetView, fleetView, runId, targetId } from '../../../core/index.ts';

const target = targetId('a1');
const run = runId('20260205-120000-aaaaaa');
const viewOf = (
  outcome: FleetTargetOutcome | undefined,
  failure?: { code: string; message: string },
  id: typeof run | undefined = run,
) => fleetTargetView({ target, run: id, outcome, failure }, undefined, 'dead');
const fleet = {
  id: 'fleet-20260205-120000-aaaaaa' as never,
  by: 'dana',
  file: 'm',
  name: 'M',
  createdAt: '',
  finishedAt: undefined,
  stopped: undefined,
  attempts: 1,
  policy: { parallel: 1, maxFailures: 1, canary: 0 },
  process: undefined,
  targets: [],
};
const statusOf = (...outcomes: readonly (FleetTargetOutcome | undefined)[]) =>
  fleetView(
    fleet,
    outcomes.map((outcome) => viewOf(outcome, outcome === 'refused' ? { code: 'X', message: 'x' } : undefined)),
    'dead',
  ).status;

describe('a target of a fleet without a journal of its run', () => {
  it('was not started where its run was never created', () => {
    expect(viewOf(undefined)).toEqual({ target, status: 'not_started', attempts: 0, migrations: 0 });
    expect(viewOf(undefined, undefined, undefined).status).toBe('not_started');
  });

  it('stands as it ended where the journal was removed for its age', () => {
    expect(viewOf('succeeded')).toMatchObject({ status: 'succeeded', run });
    expect(viewOf('failed')).toMatchObject({ status: 'failed', run });
  });

  it('says why no attempt was made', () => {
    const failure = { code: 'PLAN_CHANGED', message: 'changed' };
    expect(viewOf('refused', failure)).toEqual({
      target,
      status: 'refused',
      attempts: 0,
      migrations: 0,
      error: failure,
    });
  });
});

describe('a fleet', () => {
  it('stands as the worst of its targets', () => {
    expect(statusOf('succeeded', 'succeeded')).toBe('succeeded');
    expect(statusOf('succeeded', undefined)).toBe('incomplete');
    expect(statusOf('cancelled', undefined)).toBe('cancelled');
    expect(statusOf('refused', 'cancelled')).toBe('failed');
    expect(statusOf('failed', 'unknown', 'succeeded')).toBe('unknown');
  });

  it('counts its targets by how they stand', () => {
    const targets = [viewOf('succeeded'), viewOf('failed'), viewOf(undefined), viewOf(undefined)];
    expect(fleetView(fleet, targets, 'live')).toMatchObject({
      status: 'running',
      counts: { total: 4, succeeded: 1, failed: 1, not_started: 2, migrations: 0 },
    });
  });
});
