import type { Plan, RunId, World } from '../../core/index.ts';
import { sendControl } from '../control/control-client.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { missingRun } from './resume.ts';

export interface ApproveOptions {
  readonly world: Pick<World, 'approvals' | 'clock'>;
  readonly by: string;
  readonly comment: string;
}

/** Records an approval of exactly this plan. Spec: rulings, "Approval". */
export async function approvePlan(plan: Plan, { world, by, comment }: ApproveOptions): Promise<void> {
  await world.approvals.record({ planDigest: plan.digest, by, at: world.clock.now().toISOString(), comment });
}

/** Approves the plan of a run and tells its runner, where one waits. */
export async function approveRun(run: RunId, store: RunStore, options: ApproveOptions): Promise<Result<Plan>> {
  const plan = await store.plan(run);
  if (!plan) return refuse(...missingRun(run, await store.record(run), plan));
  await approvePlan(plan, options);
  await sendControl(store.folder(run), run, options.by, { type: 'approved' }); // A runner that is not told finds the approval by itself.
  return ok(plan);
}
