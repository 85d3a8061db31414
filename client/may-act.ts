import { workspace } from 'vscode';

/** Why nothing may be run or connected to from this workspace; undefined where it may. */
export function mayAct(): string | undefined {
  if (!workspace.isTrusted)
    return 'This workspace is in Restricted Mode: plans can be edited, but nothing is connected to or run. Trust the workspace to go on.';
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 0 && folders.every(({ uri }) => uri.scheme !== 'file'))
    return 'This workspace is virtual: plans can be edited, but nothing can be run from it.';
  return undefined;
}
