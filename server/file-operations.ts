import type { FileOperationRegistrationOptions } from 'vscode-languageserver/node';

/** Folders that people create, rename or delete in the editor: the watcher says nothing of what is in them. */
export const folderOperations: FileOperationRegistrationOptions = {
  filters: [{ scheme: 'file', pattern: { glob: '**/*', matches: 'folder' } }],
};

/** What plan documents may name: SQL files, and folders that hold some. */
export const renamedPaths: FileOperationRegistrationOptions = {
  filters: [
    { scheme: 'file', pattern: { glob: '**/*.{sql,SQL}', matches: 'file' } },
    { scheme: 'file', pattern: { glob: '**/*', matches: 'folder' } },
  ],
};
