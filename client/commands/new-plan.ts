import { randomUUID } from 'node:crypto';
import { Position, Selection, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type { Desk } from '../desk.ts';

/** Writes the skeleton of a plan into `deployments/` and opens it with the cursor on its name. */
export async function newPlan({ actor }: Pick<Desk, 'actor'>): Promise<void> {
  const folder = workspace.workspaceFolders?.[0] && (await chosenFolder());
  if (!folder) return;
  const uri = await freeName(Uri.joinPath(folder, 'deployments'));
  const edit = new WorkspaceEdit();
  edit.createFile(uri, { contents: new TextEncoder().encode(skeleton(actor)) });
  if (!(await workspace.applyEdit(edit))) return;
  const document = await workspace.openTextDocument(uri);
  const name = document.getText().indexOf('New deployment');
  const [start, end] = [document.positionAt(name), document.positionAt(name + 'New deployment'.length)];
  const editor = await window.showTextDocument(document);
  editor.selection = new Selection(start ?? new Position(0, 0), end ?? new Position(0, 0));
}

async function chosenFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0]?.uri;
  return (await window.showWorkspaceFolderPick({ placeHolder: 'Where shall the plan be?' }))?.uri;
}

async function freeName(folder: Uri): Promise<Uri> {
  for (let number = 1; ; number += 1) {
    const uri = Uri.joinPath(folder, `deployment${number === 1 ? '' : `-${number}`}.srdeploy`);
    const isThere = await workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isThere) return uri;
  }
}

const skeleton = (by: string): string =>
  `${JSON.stringify(
    {
      version: '1.0',
      plan_id: randomUUID(),
      name: 'New deployment',
      target_env: { id: 'staging', name: 'Staging', backend: 'sqlite', connection_ref: 'conn_staging' },
      created_at: `${new Date().toISOString().slice(0, 19)}Z`,
      created_by: by,
      approval_required: false,
      pre_checks: [{ id: 'check_connection', type: 'connection' }],
      steps: [
        { id: 'step_1', name: 'Look before going on', type: 'pause', message: 'Replace this by the first step.' },
      ],
      post_checks: [],
    },
    undefined,
    2,
  )}\n`;
