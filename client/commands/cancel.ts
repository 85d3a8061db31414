import { window } from 'vscode';
import { askRun } from '../control-client.ts';
import type { Desk } from '../desk.ts';
import { isOpenRun } from '../runs-store.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Asks a run to stop. It is cancelled only once its journal says so. */
export async function cancel(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Cancel Deployment', isOpenRun);
  if (!ref) return;
  const answer = await askRun(ref, desk.actor, { type: 'cancel' });
  if (answer.type === 'accepted') return;
  await desk.runs.refresh(ref.project, [ref.run]);
  void window.showErrorMessage(`The run was not cancelled. ${answer.message}`);
}
