import {
  approvalsNeeded,
  approvedPlan,
  countingApprovals,
  judgeApprovals,
  type Plan,
  type Problem,
  unplacedProblem,
  type World,
} from '../../core/index.ts';
import type { ApprovalsView } from '../../protocol/index.ts';

/** Who approved which version of a plan, and what counts if `by` runs it. */
export async function approvalsView(plan: Plan, by: string, world: Pick<World, 'approvals'>): Promise<ApprovalsView> {
  const { approvals } = world;
  const [own, all] = await Promise.all([approvals.of(plan.digest), approvals.ofPlan(approvedPlan(plan))]);
  const earlier = all.filter(({ planDigest }) => planDigest !== plan.digest);
  return {
    required: plan.approval.required,
    needed: approvalsNeeded(plan),
    have: countingApprovals(plan, { approvals: own, by }).length,
    selfApproval: plan.approval.selfApproval,
    given: judgeApprovals(plan, { approvals: [...earlier, ...own], by }),
    earlier: earlier.length,
  };
}

/** That approvals were given and are worth nothing any more. */
export function voidedApprovals({ required, earlier }: ApprovalsView): readonly Problem[] {
  if (!required || earlier === 0) return [];
  const were = earlier === 1 ? '1 approval was' : `${earlier} approvals were`;
  const message = `${were} for an earlier version of this plan and no longer count${earlier === 1 ? 's' : ''}: what would run has changed since.`;
  return [unplacedProblem('APPROVALS_VOIDED', message, 'information')];
}
