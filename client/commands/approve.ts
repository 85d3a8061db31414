import { window } from 'vscode';
import { askRun } from '../control-client.ts';
import type { Desk } from '../desk.ts';
import { askComment } from '../dialogs/answer-needs.ts';
import { recordApproval } from '../runner-process.ts';
import { isOpenRun } from '../runs-store.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Records the approval of the person here for a waiting run, then tells the run to look. */
export async function approve(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const waits = (run: Parameters<typeof isOpenRun>[0]) => isOpenRun(run) && run.waiting?.reason === 'approval';
  const ref = await runFor(desk, argument, 'Approve Deployment', waits);
  if (!ref) return;
  const comment = await askComment();
  if (comment === undefined) return;
  const reply = await recordApproval(desk.runner, { v: 1, ...ref, by: desk.actor, comment });
  if (reply.type === 'refused') {
    void window.showErrorMessage(`The approval was not recorded. ${reply.error.message}`);
    return;
  }
  const told = await askRun(ref, desk.actor, { type: 'approved' });
  if (told.type !== 'accepted') void window.showWarningMessage(`The approval is recorded. ${told.message}`);
}
