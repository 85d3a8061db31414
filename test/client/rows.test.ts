import { describe, expect, it } from 'vitest';
import { agoText } from '../../client/views/ago-text.ts';
import { fleetRow, operationRow, planRow, runRow } from '../../client/views/rows.ts';
import { operationId, targetId } from '../../core/model/ids.ts';
import { operation, run } from '../media/samples.ts';

const now = Date.parse('2026-02-05T12:10:00.000Z');
const failed = run('failed', [operation('a', 'failed')], {
  attempt: 2,
  resumeFrom: operationId('a'),
  finishedAt: '2026-02-05T12:05:00.000Z',
});

describe('the row of a fleet', () => {
  const done = run('succeeded', [], { finishedAt: '2026-02-05T12:05:00.000Z' });
  const fleet = 'fleet-20260205-120000-aaaaaa';

  it('counts its runs, what is worst first, and looks like that', () => {
    expect(fleetRow(fleet, [done, failed, done], '/p', true, now)).toMatchObject({
      id: `/p#${fleet}`,
      label: 'Fleet of 3: 1 failed, 2 succeeded',
      description: '5 minutes ago · Shop release 42',
      icon: 'error',
      context: 'srdeploy.fleet',
      spoken: 'Fleet of 3: 1 failed, 2 succeeded, 5 minutes ago, Shop release 42',
    });
    expect(fleetRow(fleet, [done], '/p', true, now)).toMatchObject({ label: 'Fleet of 1: 1 succeeded', icon: 'pass' });
  });

  it('says that older runs of it may not be listed', () => {
    expect(fleetRow(fleet, [done, done], '/p', false, now).label).toBe('Fleet, latest 2: 2 succeeded');
  });
});

describe('the row of a run', () => {
  it('says target, status, age and attempts in words', () => {
    expect(runRow(failed, '/p', false, now)).toMatchObject({
      label: 'staging: failed',
      description: '5 minutes ago · 2 attempts · Shop release 42',
      icon: 'error',
      spoken: 'staging: failed, 5 minutes ago, 2 attempts, Shop release 42',
    });
  });

  it('says PROD for production', () => {
    expect(runRow(failed, '/p', true, now).label).toBe('PROD staging: failed');
  });

  it('offers what its state allows, and nothing else', () => {
    const going = run('running', [operation('a', 'running')]);
    const paused = run('waiting', [operation('a', 'waiting', { waiting: { reason: 'pause', message: 'look' } })]);
    const unapproved = run('waiting', [], { waiting: { reason: 'approval', approvals: 0, needed: 1 } });
    expect(runRow(failed, '/p', false, now).context).toBe('srdeploy.run resumable');
    expect(runRow(going, '/p', false, now).context).toBe('srdeploy.run cancellable');
    expect(runRow({ ...going, cancelRequested: true }, '/p', false, now).context).toBe('srdeploy.run');
    expect(runRow(paused, '/p', false, now).context).toBe('srdeploy.run cancellable continuable');
    expect(runRow(unapproved, '/p', false, now).context).toBe('srdeploy.run cancellable approvable');
  });

  it('shows names literally in its Markdown tooltip', () => {
    const named = { ...failed, plan: { ...failed.plan, name: '[x](command:evil) <img src=x>' } };
    expect(runRow(named, '/p', false, now).tooltip).toContain('\\[x\\]\\(command:evil\\) \\<img src=x\\>');
  });

  it('offers a rollback, and says in its label once it was taken back', () => {
    const done = run('succeeded', [operation('a', 'succeeded')], { canRollBack: true });
    expect(runRow(done, '/p', false, now).context).toBe('srdeploy.run reversible');
    const { canRollBack: _, ...gone } = done;
    const by = { run: done.id, status: 'rolled_back' as const };
    const row = runRow({ ...gone, rolledBackBy: [by] }, '/p', false, now);
    expect(row.label).toBe('staging: succeeded, rolled back');
    expect(row.context).toBe('srdeploy.run');
    expect(row.tooltip).toContain('Rolled back by run');
    const partial = runRow({ ...done, rolledBackBy: [{ ...by, status: 'rollback_partial' }] }, '/p', false, now);
    expect(partial.label).toBe('staging: succeeded, partly rolled back');
  });

  it('keeps its id while its status changes', () => {
    expect(runRow(failed, '/p', false, now).id).toBe(runRow({ ...failed, status: 'running' }, '/p', false, now).id);
  });
});

describe('the row of an operation', () => {
  it('says status, duration and tries in words', () => {
    const row = operationRow(operation('a', 'failed', { durationMs: 12_000, attempts: 2 }), 'r', '/p');
    expect(row.description).toBe('failed · 12 s · 2 tries');
    expect(row.spoken).toBe('Apply a, failed, 12 s, 2 tries');
  });

  it('shows a status of a newer version by its own word', () => {
    const row = operationRow({ ...operation('a', 'pending'), status: 'half_done' as never }, 'r', '/p');
    expect(row.description).toBe('half done');
  });
});

describe('the row of a plan', () => {
  const plan = {
    file: 'deployments/a.srdeploy',
    name: 'Release',
    target: targetId('live'),
    production: true,
    lastRuns: [],
  };

  it('says where it goes and that it never ran', () => {
    expect(planRow(plan, '/p', undefined, now).description).toBe('PROD live · never run');
  });

  it('says how the last run on each target ended', () => {
    const lastRuns = [
      { target: targetId('live'), run: failed.id, status: 'failed', at: '2026-02-05T12:05:00.000Z' },
      { target: targetId('staging'), run: failed.id, status: 'succeeded', at: '2026-02-05T12:00:00.000Z' },
    ] as const;
    const row = planRow({ ...plan, lastRuns }, '/p', 'shop', now);
    expect(row.description).toBe('PROD live · failed 5 minutes ago · staging: succeeded · shop');
    expect(row.icon).toBe('error');
  });

  it('says that a document cannot be read', () => {
    const row = planRow({ ...plan, problem: 'The JSON is broken.' }, '/p', undefined, now);
    expect(row).toMatchObject({ description: 'cannot be read', icon: 'warning' });
  });
});

describe('how long ago', () => {
  it('speaks in the largest unit that fits', () => {
    const ago = (minutes: number) => agoText(new Date(now - minutes * 60_000).toISOString(), now);
    expect([0, 1, 59, 60, 60 * 5, 60 * 25, 60 * 24 * 3].map(ago)).toEqual([
      'just now',
      '1 minute ago',
      '59 minutes ago',
      '1 hour ago',
      '5 hours ago',
      'yesterday',
      '3 days ago',
    ]);
  });
});
