import { describe, expect, it } from 'vitest';
import { type Approval, countingApprovals, digest, judgeApprovals, type Plan } from '../../../core/index.ts';
import { planView } from '../../media/samples.ts';

const { plan: base } = planView();
const planWith = (approval: Partial<Plan['approval']>): Plan => ({
  ...base,
  approval: { required: true, minApprovals: 2, selfApproval: true, ...approval },
});
const by = (who: string, planDigest = base.digest): Approval => ({
  planDigest,
  by: who,
  at: '2026-02-05T12:00:00.000Z',
  comment: '',
});

describe('approvals', () => {
  it('count once a person, also where somebody approves from two hosts', () => {
    const approvals = [by('kim@a'), by('kim@b'), by('lou@a')];
    const judged = judgeApprovals(planWith({}), { approvals, by: 'ann@a' });
    expect(judged.map(({ counts }) => counts)).toEqual([true, false, true]);
    expect(judged[1]?.why).toBe('kim has approved it already');
  });

  it('of whoever runs the plan count only where the target allows it', () => {
    const approvals = [by('ann@laptop')];
    expect(countingApprovals(planWith({}), { approvals, by: 'ann@server' })).toHaveLength(1);
    const judged = judgeApprovals(planWith({ selfApproval: false }), { approvals, by: 'ann@server' });
    expect(judged).toMatchObject([{ counts: false, why: expect.stringContaining('may not approve') }]);
  });

  it('of an earlier version of the plan do not count', () => {
    const approvals = [by('kim@a', digest('0'.repeat(64))), by('kim@a')];
    expect(judgeApprovals(planWith({}), { approvals, by: 'ann' }).map(({ counts }) => counts)).toEqual([false, true]);
  });
});
