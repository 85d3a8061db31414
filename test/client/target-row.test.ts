import { describe, expect, it } from 'vitest';
import { brokenRow, type TargetFacts, targetRow, testText } from '../../client/views/target-row.ts';
import { targetId } from '../../core/model/ids.ts';
import type { PlacedTarget, TargetProbe } from '../../protocol/index.ts';
import { operation, run } from '../media/samples.ts';

const now = Date.parse('2026-02-05T12:10:00.000Z');
const at = '2026-02-05T12:05:00.000Z';
const staging: PlacedTarget = {
  id: targetId('staging'),
  name: 'Staging',
  production: false,
  settings: { kind: 'staging' },
  line: 3,
  column: 5,
};
const reached: TargetProbe = {
  way: 'database',
  at: 'db:5432/shop',
  outcome: 'reached',
  latencyMs: 2.13,
  detail: 'postgresql PostgreSQL 15.6; connected in 9.0 ms',
};
const gone: TargetProbe = { ...reached, outcome: 'unreachable', latencyMs: undefined, detail: 'connection refused' };
const unwell: TargetProbe = { way: 'web', at: 'https://x', outcome: 'failed', latencyMs: 3, detail: 'status 500' };
const facts: TargetFacts = {
  project: '/p',
  target: staging,
  state: { type: 'unknown' },
  pending: undefined,
  lastRun: undefined,
  where: undefined,
};
const tested = (...probes: readonly TargetProbe[]) => ({ ...facts, state: { type: 'tested', at, probes } as const });

describe('the row of a target', () => {
  it('says that nothing is known before somebody asks, and how to ask', () => {
    const row = targetRow(facts, now);
    expect(row).toMatchObject({
      id: '/p#staging',
      label: 'staging: not tested',
      description: 'never run · staging',
      icon: 'circle-large-outline',
      context: 'srdeploy.target',
      spoken: 'staging: not tested, never run, staging',
    });
    expect(row.tooltip).toContain('nothing is connected to until you choose Test Connection');
  });

  it('says what server answered and how fast, what is pending and how the last run ended', () => {
    const lastRun = run('failed', [operation('a', 'failed')], { finishedAt: at });
    const row = targetRow({ ...tested(reached), pending: { at, count: 3, file: 'm' }, lastRun, where: 'shop' }, now);
    expect(row.label).toBe('staging: reached');
    expect(row.description).toBe(
      'PostgreSQL 15.6, 2.1 ms · 3 pending · last run failed 5 minutes ago · staging · shop',
    );
    expect(row.icon).toBe('pass');
    expect(row.tooltip).toContain('3 pending in `m`, asked 5 minutes ago');
    expect(row.tooltip).toContain('Tested 5 minutes ago');
  });

  it('says why it was not reached, whatever else was', () => {
    const row = targetRow(tested(reached, unwell, gone), now);
    expect(row).toMatchObject({ label: 'staging: not reached', icon: 'error' });
    expect(targetRow(tested(reached, unwell), now).label).toBe('staging: answers wrongly');
    expect(targetRow(tested(gone), now).description).toBe('connection refused · never run · staging');
  });

  it('says PROD for production, and that it is being tested', () => {
    const row = targetRow({ ...facts, target: { ...staging, production: true }, state: { type: 'testing' } }, now);
    expect(row).toMatchObject({ label: 'PROD staging: testing', description: 'never run', icon: 'loading~spin' });
  });

  it('shows names literally in its Markdown tooltip', () => {
    const named = { ...facts, target: { ...staging, name: '[x](command:evil) <img src=x>' } };
    expect(targetRow(named, now).tooltip).toContain('\\[x\\]\\(command:evil\\) \\<img src=x\\>');
  });

  it('says of a config that cannot be read that it is so, not that there are no targets', () => {
    expect(brokenRow('deploy-config.json', '"targets" is no object.', '/p')).toMatchObject({
      label: 'deploy-config.json: cannot be read',
      description: '"targets" is no object.',
      spoken: 'deploy-config.json: cannot be read, "targets" is no object.',
    });
  });

  it('tells the same in a sentence', () => {
    expect(testText(staging, [reached, unwell])).toBe(
      'staging: answers wrongly. Database db:5432/shop: PostgreSQL 15.6, 2.1 ms. Web address https://x: status 500.',
    );
  });
});
