import { strictEqual } from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension host', () => {
  it('has the extension and the workspace that the window was opened on', () => {
    const extension = vscode.extensions.getExtension('scratchrobin.srdeploy');
    strictEqual(extension?.packageJSON.displayName, 'ScratchRobin Deploy');
    strictEqual(vscode.workspace.workspaceFolders?.length, 1);
  });
});
