import { join } from 'node:path';
import { commands, Position, Range, Uri, ViewColumn, window, workspace } from 'vscode';
import { isFolderRef } from './project-of.ts';

/** Opens a place of a project's file beside the panels; line and column from 1. Shows a folder in the Explorer. Says so where it is gone. */
export async function openPlace(project: string, place: { file: string; line: number; column: number }): Promise<void> {
  if (isFolderRef({ project, file: place.file })) {
    await commands.executeCommand('revealInExplorer', Uri.file(join(project, place.file)));
    return;
  }
  const position = new Position(Math.max(0, place.line - 1), Math.max(0, place.column - 1));
  try {
    const document = await workspace.openTextDocument(Uri.file(join(project, place.file)));
    await window.showTextDocument(document, { viewColumn: columnForText(), selection: new Range(position, position) });
  } catch (error) {
    void window.showErrorMessage(
      `${place.file} could not be opened: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A group that shows text already, so that the panel stays in sight; else the one beside. */
function columnForText(): ViewColumn {
  const beside = window.visibleTextEditors.find(
    ({ viewColumn }) => viewColumn !== undefined && viewColumn !== window.tabGroups.activeTabGroup.viewColumn,
  );
  return beside?.viewColumn ?? ViewColumn.Beside;
}
