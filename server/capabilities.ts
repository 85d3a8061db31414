import { CodeActionKind, type InitializeResult, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { folderOperations, renamedPaths } from './file-operations.ts';
import { fixAllKind } from './fix-all-kind.ts';
import { tokenLegend } from './token-legend.ts';

/** What the server tells an editor that it can do. */
export const capabilities: InitializeResult = {
  serverInfo: { name: 'srdeploy' },
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: ['"', ':', '/', ' ', '$', '{', '.'] },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, fixAllKind] },
    codeLensProvider: {},
    definitionProvider: true,
    documentFormattingProvider: true,
    documentHighlightProvider: true,
    documentLinkProvider: {},
    documentRangeFormattingProvider: true,
    documentSymbolProvider: { label: 'Deployment' },
    foldingRangeProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    selectionRangeProvider: true,
    semanticTokensProvider: { legend: tokenLegend, full: true },
    workspaceSymbolProvider: true,
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: {
        didCreate: folderOperations,
        didRename: folderOperations,
        didDelete: folderOperations,
        willRename: renamedPaths,
      },
    },
  },
};
