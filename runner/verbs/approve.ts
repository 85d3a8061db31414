import type { Plan, RunId, World } from '../../core/index.ts';
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
    const { redact } = redactorFor([plan.connection], world.variables, plan.operations);
    const at = world.clock.now().toISOString();
    await recordApproval({ planDigest: plan.digest, by, at, comment: redact(comment) }, plan, world);
    return ok(plan);
  });

/** Approves the plan of a run and tells its runner, where one waits. */
export async function approveRun(run: RunId, store: RunStore, options: ApproveOptions): Promise<Result<Plan>> {
  const plan = await store.plan(run);
  if (!plan) return refuse(...missingRun(run, await store.record(run), plan));
  const approved = await approvePlan(plan, options);
  if (approved.type === 'error') return approved;
  await sendControl(store.folder(run), run, options.by, { type: 'approved' }); // A runner that is not told finds the approval by itself.
  return approved;
}
