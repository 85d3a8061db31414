import { describe, expect, it } from 'vitest';
import {
  type Approval,
  countingApprovals,
  describeNeed,
  digest,
  needsToRun,
  type Plan,
  type PlannedDanger,
  targetId,
  unlockConfirmations,
} from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { engine, planOf } from '../run/engine.ts';

const base = () => planOf(engine('auto', { 'm/V1.sql': 'SELECT 1' }), { steps: [migration('s1', 'm/V1.sql')] });
const nothing = { approvals: [], confirmations: [], yes: false, by: 'ann' };
const amendments = [{ operation: 's1', script: 'm/V1.sql', before: 'a', after: 'b' }] as never;

async function plan(approval: Partial<Plan['approval']> = {}, target: Partial<Plan['target']> = {}): Promise<Plan> {
  const made = await base();
  return { ...made, approval: { ...made.approval, ...approval }, target: { ...made.target, ...target } };
}
const by = (who: string, planDigest: string): Approval => ({
  by: who,
  planDigest: digest(planDigest),
  at: '',
  comment: '',
});

describe('what a run still needs', () => {
  it('is nothing for a plain plan, and no approval where none is asked for', async () => {
    expect(needsToRun(await plan(), [], nothing, [])).toEqual([]);
    expect(needsToRun(await plan({ minApprovals: 3 }), [], nothing, [])).toEqual([]);
  });

  it('is at least one approval where one is required, even if the target asks for zero', async () => {
    const asking = await plan({ required: true, minApprovals: 0 });
    expect(needsToRun(asking, [], nothing, [])).toMatchObject([{ type: 'approval', have: 0, needed: 1 }]);
    expect(needsToRun(asking, [], { ...nothing, yes: true, confirmations: ['staging'] }, [])).toHaveLength(1);
  });

  it('counts one approval a person, of this very digest, and never the starter’s own where that is forbidden', async () => {
    const asking = await plan({ required: true, minApprovals: 2, selfApproval: false });
    const approvals = [
      by('kim', asking.digest),
      by('kim', asking.digest),
      by('ann', asking.digest),
      by('lou', 'f'.repeat(64)),
    ];
    expect(countingApprovals(asking, { approvals, by: 'ann' }).map((one) => one.by)).toEqual(['kim']);
    expect(needsToRun(asking, [], { ...nothing, approvals }, [])).toMatchObject([
      { have: 1, needed: 2, selfApproval: false },
    ]);
    expect(needsToRun(asking, [], { ...nothing, approvals: [...approvals, by('lou', asking.digest)] }, [])).toEqual([]);
    expect(
      needsToRun(
        { ...asking, approval: { ...asking.approval, selfApproval: true } },
        [],
        { ...nothing, approvals },
        [],
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<Plan['target']>, boolean]>([
    ['kind production', { kind: 'production' }, true],
    ['no kind and an id that begins with prod', { id: targetId('prod-eu') }, true],
    ['no kind and a name that begins with Prod', { name: 'PRODUCTION' }, true],
    ['kind staging in spite of its id', { kind: 'staging', id: targetId('prod') }, false],
    ['an id that only contains prod', { id: targetId('non-prod') }, false],
  ])('is the id typed on a target with %s', async (_what, target, isAsked) => {
    const made = await plan({}, target);
    expect(needsToRun(made, [], { ...nothing, yes: true, confirmations: ['prod', 'yes'] }, []).length > 0).toBe(
      isAsked && made.target.id !== 'prod',
    );
    expect(needsToRun(made, [], { ...nothing, confirmations: [made.target.id] }, [])).toEqual([]);
  });

  it('is a yes for a change of history, which the typed id stands for on production', async () => {
    const marks = { ...(await plan()), purpose: { type: 'history' as const } };
    const [need, ...others] = needsToRun(marks, [], nothing, []);
    expect(others).toEqual([]);
    expect(need).toEqual({ type: 'confirm-history', target: 'staging', files: ['m/V1.sql'] });
    expect(need && describeNeed(need)).toContain('Add --yes.');
    expect(needsToRun(marks, [], { ...nothing, yes: true }, [])).toEqual([]);
    const live = { ...marks, target: { ...marks.target, kind: 'production' as const } };
    expect(needsToRun(live, [], { ...nothing, yes: true }, []).map(({ type }) => type)).toEqual(['confirm-target']);
    expect(needsToRun(live, [], { ...nothing, confirmations: ['staging'] }, [])).toEqual([]);
  });

  it('is a yes for amended scripts, which no typed text replaces', async () => {
    expect(needsToRun(await plan(), amendments, { ...nothing, confirmations: ['staging'] }, [])).toMatchObject([
      { type: 'confirm-amendment' },
    ]);
    expect(needsToRun(await plan(), amendments, { ...nothing, yes: true }, [])).toEqual([]);
  });

  it('is another yes where a script was mended once more after it was shown', async () => {
    const shown = [digest('b')];
    expect(needsToRun(await plan(), amendments, { ...nothing, yes: true, seen: shown }, [])).toEqual([]);
    expect(needsToRun(await plan(), amendments, { ...nothing, yes: true, seen: [] }, [])).toMatchObject([
      { type: 'confirm-amendment' },
    ]);
  });

  it('is the name of each dangerous migration, on production only', async () => {
    const danger = (operation: string, category: PlannedDanger['category'], severity: PlannedDanger['severity']) =>
      ({ operation, category, severity, code: 'M001', message: 'It goes.' }) as PlannedDanger;
    const lost = danger('s1', 'data-loss', 'warning');
    const live = await plan({}, { kind: 'production' });
    const given = { ...nothing, confirmations: ['staging'] };
    expect(needsToRun(await plan(), [], nothing, [lost])).toEqual([]);
    const [need, ...others] = needsToRun(live, [], { ...given, yes: true }, [lost, lost]);
    expect(others).toEqual([]);
    expect(need).toEqual({
      type: 'confirm-danger',
      operation: 's1',
      file: 'm/V1.sql',
      codes: ['M001'],
      messages: ['It goes.'],
      text: 's1',
    });
    expect(need && describeNeed(need)).toContain('--confirm "s1"');
    expect(needsToRun(live, [], { ...nothing, confirmations: ['staging', 's1'] }, [lost])).toEqual([]);
    const harmless = [
      danger('s1', 'hygiene', 'error'),
      danger('s1', 'long-lock', 'information'),
      danger('s9', 'rewrite', 'error'),
    ];
    expect(needsToRun(live, [], given, harmless)).toEqual([]);
    for (const category of ['rewrite', 'long-lock', 'breaks-running-code'] as const)
      expect(needsToRun(live, [], given, [danger('s1', category, 'error')])).toHaveLength(1);
  });

  it('is said in words with the flag that gives it', async () => {
    const all = await plan({ required: true, selfApproval: false }, { kind: 'production' });
    const words = needsToRun(all, amendments, nothing, []).map(describeNeed);
    expect(words).toEqual([
      expect.stringContaining('Somebody else must run "srdeploy approve"'),
      expect.stringContaining('--confirm "staging"'),
      expect.stringContaining('m/V1.sql'),
    ]);
  });
});

describe('forcing a lock open', () => {
  it('needs the lock’s id, and on production the target’s id and a phrase', () => {
    expect(unlockConfirmations('l-1', targetId('staging'), false)).toEqual(['l-1']);
    expect(unlockConfirmations('l-1', targetId('live'), true)).toEqual(['live', 'force-unlock live']);
  });
});
