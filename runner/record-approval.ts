import type { Approval, Plan, World } from '../core/index.ts';
import { AuditUnwritable } from './attempt-audit.ts';

/** An approval counts once the audit log has it. Rejects with `AuditUnwritable`. */
export async function recordApproval(
  approval: Approval,
  { target }: Pick<Plan, 'target'>,
  world: Pick<World, 'approvals' | 'audit'>,
): Promise<void> {
  const { by, comment, planDigest } = approval;
  const written = await world.audit.append({
    action: 'plan.approved',
    by,
    target: target.id,
    plan_digest: planDigest,
    ...(comment !== '' && { reason: comment }),
  });
  if (written.type === 'unwritable') throw new AuditUnwritable(written.message);
  await world.approvals.record(approval);
}
