import type { Approval, ApprovedPlan } from '../model/approval.ts';
import type { Plan } from '../model/plan.ts';

/** What approvals are judged by: those that are recorded, and who starts the run. */
export interface ApprovalFacts {
  readonly approvals: readonly Approval[];
  readonly by: string;
}

/** An approval with whether it counts, and in words why not. */
export interface JudgedApproval extends Approval {
  readonly counts: boolean;
  readonly why?: string;
}

/** Never none: a plan that asks for approval is not approved by nobody. */
export const approvalsNeeded = ({ approval }: Pick<Plan, 'approval'>): number => Math.max(1, approval.minApprovals);

/** What a plan is called over all its versions; the way back of a run is a plan of its own. */
export const approvedPlan = ({
  source,
  target,
  purpose,
}: Pick<Plan, 'source' | 'target' | 'purpose'>): ApprovedPlan => ({
  id: purpose?.type === 'roll_back' ? `rollback of ${purpose.of}` : source.planId,
  target: target.id,
});

/** A person by the name before the `@`: the same name on two hosts is taken for one person, so that nobody approves twice. */
export const personOf = (by: string): string => by.split('@', 1)[0] ?? by;

/** Approvals that count: of this very digest, one a person, and not the starter's own where the target forbids it. Spec: rulings, "Approval". */
export const countingApprovals = (plan: Plan, facts: ApprovalFacts): readonly Approval[] =>
  judgeApprovals(plan, facts).flatMap(({ counts, why: _why, ...approval }) => (counts ? [approval] : []));

/** Every approval with whether it counts; of one person's several, the first. */
export function judgeApprovals(plan: Plan, { approvals, by }: ApprovalFacts): readonly JudgedApproval[] {
  const counted = new Set<string>();
  return approvals.map((approval) => {
    const why = whyNot(approval, plan, by, counted);
    if (why === undefined) counted.add(personOf(approval.by));
    return { ...approval, counts: why === undefined, ...(why !== undefined && { why }) };
  });
}

function whyNot(approval: Approval, plan: Plan, by: string, counted: ReadonlySet<string>): string | undefined {
  const person = personOf(approval.by);
  if (approval.planDigest !== plan.digest) return 'it is for an earlier version of this plan';
  if (!plan.approval.selfApproval && person === personOf(by))
    return 'whoever runs the plan may not approve it on this target';
  return counted.has(person) ? `${person} has approved it already` : undefined;
}
