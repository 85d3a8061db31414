import { deepEqual, ok, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openText, until, workspaceFolder } from './files.ts';

const file = 'deployments/refactored.srdeploy';
const text = `{
  "version": "1.0",
  "plan_id": "c7a4b2f6-8f35-4f0e-9c5a-6d3e2f1b0a99",
  "name": "Refactored",
  "target_env": { "id": "local", "name": "Local", "backend": "sqlite", "connection_ref": "local" },
  "created_at": "2026-02-05T12:00:00Z",
  "created_by": "alice",
  "approval_required": false,
  "steps": [
    { "id": "look", "type": "pause", "message": "Look" },
    { "id": "fill", "type": "sql_check", "sql": "UPDATE orders\\n  SET total = 0", "expect": "empty" }
  ]
}
`;

/** What is offered of a kind at a step, as the menu of the light bulb lists it. */
async function offered(document: vscode.TextDocument, id: string, kind: string): Promise<readonly vscode.CodeAction[]> {
  const at = document.positionAt(document.getText().indexOf(`"${id}"`));
  return until(
    async () =>
      (await vscode.commands.executeCommand<vscode.CodeAction[] | undefined>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(at, at),
        kind,
      )) ?? [],
    ({ length }) => length > 0,
  );
}

async function refactor(document: vscode.TextDocument, id: string, kind: string, title: RegExp): Promise<void> {
  const actions = await offered(document, id, kind);
  const action = actions.find((one) => title.test(one.title));
  ok(action?.edit, `${title} is not among ${actions.map((one) => one.title).join(', ')}`);
  ok(await vscode.workspace.applyEdit(action.edit));
}

describe('the steps of a plan in the editor', () => {
  it('move, become another kind, and give their SQL to a new script', async () => {
    const document = await openText(file, text);
    await refactor(document, 'fill', 'refactor.move', /^Move step up$/);
    const ids = () => JSON.parse(document.getText()).steps.map(({ id }: { id: string }) => id);
    deepEqual(ids(), ['fill', 'look']);
    await refactor(document, 'look', 'refactor.rewrite', /^Convert to "backup"$/);
    deepEqual(JSON.parse(document.getText()).steps[1], { id: 'look', type: 'backup', target: '' });
    await refactor(document, 'fill', 'refactor.extract', /^Extract SQL to /);
    const [{ type, script }] = JSON.parse(document.getText()).steps;
    strictEqual(type, 'migration');
    const made = await vscode.workspace.openTextDocument(vscode.Uri.file(join(workspaceFolder(), script)));
    strictEqual(made.getText(), 'UPDATE orders\n  SET total = 0;\n');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.window.showTextDocument(made);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const uri of [document.uri, made.uri]) await vscode.workspace.fs.delete(uri);
  });
});
