import { type Plan, personOf, planDigest, type RunId, type World } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { refusedUnrecorded } from '../attempt-audit.ts';
import { sendControl } from '../control/control-client.ts';
import { recordApproval } from '../record-approval.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { redactorFor } from '../secrets-in-use.ts';
import { missingRun } from './resume.ts';

export interface ApproveOptions {
  readonly world: Pick<World, 'approvals' | 'audit' | 'clock' | 'variables'>;
  readonly by: string;
  readonly comment: string;
}

/** Records an approval of exactly this plan. Spec: rulings, "Approval". */
export const approvePlan = (plan: Plan, { world, by, comment }: ApproveOptions): Promise<Result<Plan>> =>
  refusedUnrecorded(async () => {
    const { redact } = redactorFor(plan, world.variables);
    const at = world.clock.now().toISOString();
    await recordApproval({ planDigest: plan.digest, by, at, comment: redact(comment) }, plan, world);
    return ok(plan);
  });

/** Approves a plan as somebody was shown it, which must be what its digest says. */
export async function approveShown(
  plan: Plan,
  options: ApproveOptions & { readonly world: Pick<World, 'hasher'> },
): Promise<Result<Plan>> {
  if (planDigest(plan, options.world.hasher) !== plan.digest)
    return refuse('PLAN_CHANGED', 'The plan is not what its digest says. Plan again.', exitCodes.stalePlan);
  return approvePlan(plan, options);
}

/** Approves the plan of a run and tells its runner, where one waits. */
export async function approveRun(run: RunId, store: RunStore, options: ApproveOptions): Promise<Result<Plan>> {
  const [plan, record] = await Promise.all([store.plan(run), store.record(run)]);
  if (!plan) return refuse(...missingRun(run, record, plan));
  if (record && !plan.approval.selfApproval && personOf(record.by) === personOf(options.by)) {
    const message = `You started run ${run}, and on "${plan.target.id}" whoever runs a plan may not approve it. Somebody else must: srdeploy approve ${run}`;
    return refuse('SELF_APPROVAL', message, exitCodes.confirmationMissing);
  }
  const approved = await approvePlan(plan, options);
  if (approved.type === 'error') return approved;
  await sendControl(store.folder(run), run, options.by, { type: 'approved' }); // A runner that is not told finds the approval by itself.
  return approved;
}
