import { randomUUID } from 'node:crypto';
import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { LanguageServerOptions } from '../protocol/index.ts';
import type { Chance } from './chance.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createExclusions } from './exclusions.ts';
import { codeActionsAt } from './features/code-actions.ts';
import { completionsAt } from './features/completion.ts';
import { linksOf } from './features/document-links.ts';
import { symbolsOf } from './features/document-symbols.ts';
import { hoverAt } from './features/hover.ts';
import type { OpenDocument } from './open-document.ts';
import { createProjects } from './project.ts';
import { createPublisher } from './publisher.ts';
import { createSqlPublisher, isSqlUri } from './sql-publisher.ts';
import { folderOperations, watchWorkspace } from './watch-workspace.ts';
import { createWorkspaceIndex } from './workspace-index.ts';

const chance: Chance = { uuid: randomUUID, now: () => new Date() };

/** Serves a connection until it ends. The server reads and never writes or runs anything. */
export function startServer(connection: Connection): void {
  connection.onInitialize((params) => {
    const log = (message: string) => connection.console.error(message);
    const isExcluded = createExclusions(optionsOf(params).exclude);
    const index = createWorkspaceIndex({ isExcluded, log });
    const projects = createProjects(index, log);
    const documents = createDocuments(projects);
    const publisher = createPublisher(connection, documents, log);
    const sql = createSqlPublisher(connection, documents, projects, log);
    const onChange = () => {
      projects.refresh();
      documents.refresh();
      for (const uri of documents.texts.keys()) publisher.publishSoon(uri);
      sql.refresh();
    };
    watchWorkspace({ connection, index, log, onChange }, params);
    documents.texts.onDidOpen(({ document }) => {
      projects.refresh();
      publisher.publish(document.uri);
      if (isSqlUri(document.uri)) sql.publishSoon(document.uri);
    });
    documents.texts.onDidChangeContent(({ document }) => {
      publisher.edited(document.uri, document.version);
      if (isSqlUri(document.uri)) sql.publishSoon(document.uri);
      else sql.planEdited();
    });
    documents.texts.onDidClose(({ document }) => {
      publisher.clear(document.uri);
      if (isSqlUri(document.uri)) sql.clear(document.uri);
    });
    documents.texts.listen(connection);
    connection.onShutdown(() => {
      publisher.dispose();
      sql.dispose();
    });
    answerRequests(connection, documents, log);
    return capabilities;
  });
  connection.listen();
}

function optionsOf(params: InitializeParams): LanguageServerOptions {
  const given: unknown = params.initializationOptions;
  const exclude = typeof given === 'object' && given !== null && 'exclude' in given ? given.exclude : [];
  return { exclude: Array.isArray(exclude) ? exclude.filter((glob) => typeof glob === 'string') : [] };
}

const capabilities: InitializeResult = {
  serverInfo: { name: 'srdeploy' },
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: ['"', ':', '/', ' '] },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    documentSymbolProvider: { label: 'Deployment' },
    documentLinkProvider: {},
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { didCreate: folderOperations, didRename: folderOperations, didDelete: folderOperations },
    },
  },
};

function answerRequests(connection: Connection, documents: Documents, log: (message: string) => void): void {
  /** Lets a cancellation that has arrived be heard first; a defect is logged and answered, and the server goes on. */
  const answer =
    <Params extends { textDocument: { uri: string } }, Result>(
      method: string,
      feature: (document: OpenDocument, params: Params) => Result,
    ) =>
    async (params: Params, token: CancellationToken): Promise<Result | null | ResponseError<void>> => {
      await new Promise(setImmediate);
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
      const document = documents.get(params.textDocument.uri);
      if (!document) return null;
      try {
        return feature(document, params);
      } catch (error) {
        log(`${method} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return new ResponseError(LSPErrorCodes.RequestFailed, `${method} failed; the log says why.`);
      }
    };
  connection.onCompletion(answer('completion', (document, { position }) => completionsAt(document, position, chance)));
  connection.onHover(answer('hover', (document, { position }) => hoverAt(document, position) ?? null));
  connection.onCodeAction(answer('codeAction', (document, params) => codeActionsAt(document, params, chance)));
  connection.onDocumentSymbol(answer('documentSymbol', symbolsOf));
  connection.onDocumentLinks(answer('documentLink', linksOf));
}
