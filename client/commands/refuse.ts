import { commands, window } from 'vscode';
import { mayAct } from '../may-act.ts';

/** True, after saying why, where nothing may be run from this workspace. The menus hide it too; this holds for every caller. */
export async function refuses(): Promise<boolean> {
  const why = mayAct();
  if (why === undefined) return false;
  const manage = 'Manage Workspace Trust';
  const answer = await window.showWarningMessage(why, manage);
  if (answer === manage) await commands.executeCommand('workbench.trust.manage');
  return true;
}
