import { type Approval, approvedPlan, type Plan, type World } from '../core/index.ts';
import { AuditUnwritable } from './attempt-audit.ts';

/** An approval counts once the audit log has it. Rejects with `AuditUnwritable`. */
export async function recordApproval(
  approval: Approval,
  plan: Plan,
  world: Pick<World, 'approvals' | 'audit'>,
): Promise<void> {
  const { by, comment, planDigest } = approval;
  const written = await world.audit.append({
    action: 'plan.approved',
    by,
    target: plan.target.id,
    plan_digest: planDigest,
    ...(comment !== '' && { reason: comment }),
  });
  if (written.type === 'unwritable') throw new AuditUnwritable(written.message);
  await world.approvals.record({ ...approval, plan: approvedPlan(plan) });
}
