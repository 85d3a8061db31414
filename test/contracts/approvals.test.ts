import { describe, expect, it } from 'vitest';
import { createApprovals } from '../../adapters/index.ts';
import { type Approval, type Approvals, digest, targetId } from '../../core/index.ts';
import { fakeApprovals } from '../support/fake-approvals.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const makers: readonly (readonly [string, () => Promise<Approvals>])[] = [
  ['the fake', async () => fakeApprovals()],
  ['the files', async () => createApprovals(await temporaryFolder())],
];

const [plan, amended] = [digest('a'.repeat(64)), digest('b'.repeat(64))];
const approval = (by: string, planDigest = plan): Approval => ({
  planDigest,
  by,
  at: '2026-02-05T12:00:00.000Z',
  comment: 'Looked at it:\n"fine" 🙂',
});

describe.each(makers)('approvals: %s', (_, make) => {
  it('are none for a plan that nobody approved', async () => {
    expect(await (await make()).of(plan)).toEqual([]);
  });

  it('are given back in the order in which they came, and bind to one digest', async () => {
    const approvals = await make();
    await approvals.record(approval('ann'));
    await approvals.record(approval('bob'));
    await approvals.record(approval('cem', amended));
    expect(await approvals.of(plan)).toEqual([approval('ann'), approval('bob')]);
    expect(await approvals.of(amended)).toEqual([approval('cem', amended)]);
  });

  it('are found over all versions of a plan, and of no other plan or target', async () => {
    const approvals = await make();
    const own = { id: 'release-42', target: targetId('staging') };
    const later = { ...approval('bob', amended), at: '2026-02-06T12:00:00.000Z', plan: own };
    await approvals.record(later);
    await approvals.record({ ...approval('ann'), plan: own });
    await approvals.record({ ...approval('cem'), plan: { ...own, target: targetId('live') } });
    await approvals.record(approval('dan'));
    const found = (await approvals.ofPlan(own)).map(({ by }) => by);
    expect(found.sort()).toEqual(['ann', 'bob']);
  });

  it('are all kept when several are recorded at once', async () => {
    const approvals = await make();
    const names = Array.from({ length: 20 }, (_, n) => `person-${n}`);
    await Promise.all(names.map((name) => approvals.record(approval(name))));
    expect((await approvals.of(plan)).map(({ by }) => by).sort()).toEqual([...names].sort());
  });
});
