import { describe, expect, it } from 'vitest';
import {
  foldRun,
  type PlanPurpose,
  prunableRuns,
  type RetainedRun,
  type RunOutcome,
  runId,
} from '../../../core/index.ts';
import { attemptStarted, created, eventWriter } from './sample-events.ts';

const now = new Date('2026-11-21T12:00:00Z');
const dayMs = 86_400_000;

interface Sample {
  readonly daysAgo: number;
  readonly outcome?: RunOutcome;
  readonly target?: string;
  readonly plan?: string;
  readonly purpose?: PlanPurpose;
  readonly isHeld?: boolean;
  readonly isIndexed?: boolean;
}

function sample({
  daysAgo,
  outcome,
  target = 'staging',
  plan = 'a.srdeploy',
  purpose,
  isHeld,
  isIndexed,
}: Sample): RetainedRun {
  const at = new Date(now.getTime() - daysAgo * dayMs).toISOString();
  const id = runId(`${at.slice(0, 10).replaceAll('-', '')}-120000-aaaaaa`);
  const event = eventWriter(at);
  const begun = { ...created(id, target), planFile: plan, ...(purpose && { purpose }) };
  const events = [event(begun as ReturnType<typeof created>), event(attemptStarted())];
  const record = foldRun(outcome ? [...events, event({ type: 'run.finished', outcome })] : events);
  if (!record) throw new Error('no record');
  return { record, isHeld: isHeld ?? false, isIndexed: isIndexed ?? true };
}

const judged = (samples: readonly Sample[], days = 30) => {
  const { prune, keep } = prunableRuns(samples.map(sample), now, days);
  const age = (run: string) => samples.find((one) => sample(one).record.id === run)?.daysAgo;
  return { prune: prune.map(age), keep: keep.map(({ run, because }) => [age(run), because]) };
};

describe('which runs may go', () => {
  it('lets go what is older than the days that are asked for, and keeps the last success however old it is', () => {
    const runs: Sample[] = [10, 29, 31, 40, 400].map((daysAgo) => ({ daysAgo, outcome: 'succeeded' }));
    expect(judged(runs)).toEqual({ prune: [31, 40, 400], keep: [] });
    expect(judged(runs.slice(2))).toEqual({ prune: [40, 400], keep: [[31, 'last_success']] });
    expect(judged(runs, 365)).toEqual({ prune: [400], keep: [] });
  });

  it('keeps the last success of each target', () => {
    expect(
      judged([
        { daysAgo: 50, outcome: 'succeeded', target: 'live' },
        { daysAgo: 60, outcome: 'succeeded', target: 'live' },
        { daysAgo: 5, outcome: 'succeeded' },
        { daysAgo: 70, outcome: 'succeeded' },
      ]),
    ).toEqual({ prune: [60, 70], keep: [[50, 'last_success']] });
  });

  it.each<RunOutcome | undefined>(['failed', 'unknown', 'cancelled', 'rollback_partial', undefined])(
    'keeps the newest that stands as %s until something succeeds on its target',
    (outcome) => {
      const failed: Sample[] = [
        { daysAgo: 40, ...(outcome && { outcome }) },
        { daysAgo: 50, ...(outcome && { outcome }) },
      ];
      expect(judged(failed)).toEqual({ prune: [50], keep: [[40, 'open_failure']] });
      expect(judged([{ daysAgo: 35, outcome: 'succeeded' }, ...failed])).toEqual({
        prune: [40, 50],
        keep: [[35, 'last_success']],
      });
      expect(judged([{ daysAgo: 35, outcome: 'succeeded', target: 'live' }, ...failed])).toMatchObject({ prune: [50] });
    },
  );

  it('keeps an open failure of each plan, and takes no change of the history for the cure of one', () => {
    expect(
      judged([
        { daysAgo: 40, outcome: 'failed' },
        { daysAgo: 41, outcome: 'failed', plan: 'b.srdeploy' },
        { daysAgo: 42, outcome: 'failed', plan: 'b.srdeploy' },
      ]),
    ).toEqual({
      prune: [42],
      keep: [
        [40, 'open_failure'],
        [41, 'open_failure'],
      ],
    });
    expect(
      judged([
        { daysAgo: 39, outcome: 'succeeded', purpose: { type: 'history' } },
        { daysAgo: 40, outcome: 'failed' },
      ]),
    ).toEqual({ prune: [39], keep: [[40, 'open_failure']] });
  });

  it('takes a rollback for the end of a failure, and not for the last success', () => {
    const back = { type: 'roll_back', of: runId('20260101-120000-aaaaaa') } as const;
    expect(
      judged([
        { daysAgo: 39, outcome: 'rolled_back', purpose: back },
        { daysAgo: 40, outcome: 'failed' },
        { daysAgo: 50, outcome: 'succeeded' },
      ]),
    ).toEqual({ prune: [39, 40], keep: [[50, 'last_success']] });
  });

  it('never lets go a run that somebody executes or holds the target for, or that the index does not have', () => {
    expect(
      judged([
        { daysAgo: 1, outcome: 'succeeded' },
        { daysAgo: 40, isHeld: true },
        { daysAgo: 50, outcome: 'succeeded', isIndexed: false },
      ]),
    ).toEqual({
      prune: [],
      keep: [
        [40, 'running'],
        [50, 'not_indexed'],
      ],
    });
  });
});
