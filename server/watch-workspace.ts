import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
  WatchKind,
} from 'vscode-languageserver/node';
import { pathOfUri } from './file-uri.ts';
import type { FileChange, WorkspaceIndex } from './workspace-index.ts';

/**
 * What we ask to be told of: SQL files, plan documents and deploy configs, and everything that is deleted, because a deleted folder is reported
 * alone. Creations and changes of other files are none of our business.
 */
const WATCHERS = [
  { globPattern: '**/*.{sql,SQL}', kind: WatchKind.Create },
  { globPattern: '**/?*.srdeploy' },
  { globPattern: '**/{deploy-config.json,deploy-config.jsonc,*.deploy-config.json}' },
  { globPattern: '**/*', kind: WatchKind.Delete },
];

export interface WatchedWorkspace {
  readonly connection: Connection;
  /** Ends when the editor has begun. */
  readonly initialized: Promise<void>;
  readonly index: WorkspaceIndex;
  readonly log: (message: string) => void;
  /** Called after the index knows: with what changed where that is all, without where it may be anything. */
  readonly onChange: (changes?: readonly FileChange[]) => void;
}

/** Keeps the index current: the first look through the workspace folders, then what the client tells. */
export function watchWorkspace(
  { connection, initialized, index, log, onChange }: WatchedWorkspace,
  params: InitializeParams,
): void {
  const scan = async (folder: string | undefined): Promise<void> => {
    if (folder === undefined) return;
    await index.scan(folder);
    onChange();
  };
  const scanAll = (uris: readonly string[]) => {
    Promise.all(uris.map((uri) => scan(pathOfUri(uri)))).catch((error: unknown) =>
      log(`The workspace could not be looked through: ${String(error)}`),
    );
  };
  const forgetAll = (uris: readonly string[]) => {
    for (const path of uris.map(pathOfUri)) if (path !== undefined) index.forget(path);
    onChange();
  };

  void initialized.then(() => {
    scanAll((params.workspaceFolders ?? []).map(({ uri }) => uri));
    registerWatchers(connection, params, log);
    if (!params.capabilities.workspace?.workspaceFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      forgetAll(removed.map(({ uri }) => uri));
      scanAll(added.map(({ uri }) => uri));
    });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const known = changes.flatMap(({ uri, type }) => toChange(pathOfUri(uri), type));
    index.apply(known);
    onChange(known);
  });
  connection.workspace.onDidCreateFiles(({ files }) => scanAll(files.map(({ uri }) => uri)));
  connection.workspace.onDidDeleteFiles(({ files }) => forgetAll(files.map(({ uri }) => uri)));
  connection.workspace.onDidRenameFiles(({ files }) => {
    forgetAll(files.map(({ oldUri }) => oldUri));
    scanAll(files.map(({ newUri }) => newUri));
  });
}

function registerWatchers(connection: Connection, params: InitializeParams, log: (message: string) => void): void {
  if (!params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
    log('The editor does not report file changes: what happens on disk is seen with the next edit of a plan.');
    return;
  }
  connection.client
    .register(DidChangeWatchedFilesNotification.type, { watchers: WATCHERS })
    .catch((error: unknown) => log(`File changes cannot be watched: ${String(error)}`));
}

function toChange(path: string | undefined, type: FileChangeType): FileChange[] {
  if (path === undefined) return [];
  if (type === FileChangeType.Created) return [{ path, type: 'created' }];
  return [{ path, type: type === FileChangeType.Deleted ? 'deleted' : 'changed' }];
}
