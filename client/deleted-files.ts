import { commands, type Location, type Uri, window, workspace } from 'vscode';

/** Says who names a file or folder that a person has deleted; the deletion itself is theirs. `usersOf` finds the places. */
export const warnOfDeletedFiles = (usersOf: (files: readonly Uri[]) => Promise<readonly Location[]>) =>
  workspace.onDidDeleteFiles(async ({ files }) => {
    const places = await usersOf(files.filter(({ scheme }) => scheme === 'file'));
    const [first] = places;
    if (!first) return;
    const documents = [...new Set(places.map(({ uri }) => workspace.asRelativePath(uri)))];
    const what = files.map((file) => workspace.asRelativePath(file)).join(', ');
    const answer = await window.showWarningMessage(
      `${what} is deleted, and ${documents.join(', ')} still ${documents.length === 1 ? 'names' : 'name'} it.`,
      SHOW,
    );
    if (answer !== SHOW) return;
    await window.showTextDocument(first.uri, { selection: first.range });
    await commands.executeCommand('editor.action.showReferences', first.uri, first.range.start, places);
  });

const SHOW = 'Show References';
