import { window } from 'vscode';
import { askRun } from '../control-client.ts';
import type { Desk } from '../desk.ts';
import { askComment } from '../dialogs/answer-needs.ts';
import type { Planned } from '../planning.ts';
import { recordApproval } from '../runner-process.ts';
import { isOpenRun } from '../runs-store.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Records the approval of the person here: of the very plan that a preview shows, or for a waiting run, which is told to look. */
export async function approve(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const { planned, project } = (argument ?? {}) as { readonly planned?: Planned; readonly project?: string };
  if (planned && project !== undefined) await approveShown(desk, project, planned);
  else await approveWaiting(desk, argument);
}

async function approveShown(desk: Desk, project: string, planned: Planned): Promise<void> {
  if (planned.type !== 'planned') return;
  const comment = await askComment();
  if (comment === undefined) return;
  const { plan } = planned.view;
  const reply = await recordApproval(desk.runner, { v: 1, project, subject: { plan }, by: desk.actor, comment });
  if (reply.type === 'refused') void window.showErrorMessage(`The approval was not recorded. ${reply.error.message}`);
}

async function approveWaiting(desk: Desk, argument: unknown): Promise<void> {
  const waits = (run: Parameters<typeof isOpenRun>[0]) => isOpenRun(run) && run.waiting?.reason === 'approval';
  const ref = await runFor(desk, argument, 'Approve Deployment', waits);
  if (!ref) return;
  const comment = await askComment();
  if (comment === undefined) return;
  const { project, run } = ref;
  const reply = await recordApproval(desk.runner, { v: 1, project, subject: { run }, by: desk.actor, comment });
  if (reply.type === 'refused') {
    void window.showErrorMessage(`The approval was not recorded. ${reply.error.message}`);
    return;
  }
  const told = await askRun(ref, desk.actor, { type: 'approved' });
  if (told.type !== 'accepted') void window.showWarningMessage(`The approval is recorded. ${told.message}`);
}
