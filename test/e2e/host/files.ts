import { join } from 'node:path';
import * as vscode from 'vscode';

/** The folder that the window has open. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('The suite needs a window with a folder.');
  return folder.uri.fsPath;
}

/**
 * Opens a file of the workspace with a text. One that is open already is given the text as by typing: VS Code hears of a change on the disk only
 * by its watcher, which may be late or pass over what comes close behind a save.
 */
export async function openText(path: string, text: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.file(join(workspaceFolder(), path));
  const open = vscode.workspace.textDocuments.find((one) => !one.isClosed && one.uri.fsPath === uri.fsPath);
  if (!open) {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return openFile(path);
  }
  await vscode.window.showTextDocument(open);
  await replaceAll(open, text);
  return open;
}

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.uri.fsPath} could not be edited.`);
}

export async function openFile(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(workspaceFolder(), path)));
  await vscode.window.showTextDocument(document);
  return document;
}

const PATIENCE_MS = 45_000;

/** Asks again until the answer is the right one; throws with the last answer where it is not within the tests' patience. */
export async function until<Answer>(
  ask: () => Answer | PromiseLike<Answer>,
  isRight: (answer: Answer) => boolean,
): Promise<Answer> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`Not within ${PATIENCE_MS / 1000} s; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The product's own diagnostics of a document. */
export const diagnosticsOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'srdeploy');
