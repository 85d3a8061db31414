import type { Approval, Approvals } from '../../core/index.ts';

export interface FakeApprovals extends Approvals {
  readonly recorded: readonly Approval[];
}

/** Approvals in memory, in the order in which they came. */
export function fakeApprovals(given: readonly Approval[] = []): FakeApprovals {
  const recorded: Approval[] = [...given];
  return {
    recorded,
    of: async (planDigest) => recorded.filter((one) => one.planDigest === planDigest),
    ofPlan: async ({ id, target }) => recorded.filter(({ plan }) => plan?.id === id && plan.target === target),
    record: async (approval) => {
      recorded.push(approval);
    },
  };
}
