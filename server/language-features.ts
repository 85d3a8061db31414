import type {
  CodeActionParams,
  CodeLensParams,
  DefinitionParams,
  DocumentFormattingParams,
  DocumentHighlightParams,
  DocumentLinkParams,
  DocumentRangeFormattingParams,
  DocumentSymbolParams,
  FoldingRangeParams,
  HoverParams,
  PrepareRenameParams,
  ReferenceParams,
  RenameParams,
  SelectionRangeParams,
  SemanticTokensParams,
  TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import type { Around } from './around.ts';
import { allowInScript } from './features/allow-actions.ts';
import { codeActionsAt } from './features/code-actions.ts';
import { codeLensesOf } from './features/code-lenses.ts';
import { completionsAt } from './features/completion.ts';
import { linksOf } from './features/document-links.ts';
import { symbolsOf } from './features/document-symbols.ts';
import { usersOf } from './features/file-users.ts';
import { foldingOf } from './features/folding.ts';
import { formattingOf } from './features/formatting.ts';
import { hoverAt } from './features/hover.ts';
import { definitionOf, highlightsOf, referencesOf } from './features/navigation.ts';
import { rename, renamingAt } from './features/rename.ts';
import { editForRenames } from './features/renamed-files.ts';
import { selectionsAt } from './features/selection.ts';
import { semanticTokensOf } from './features/semantic-tokens.ts';
import { unusedDiagnostics } from './features/unused-diagnostics.ts';
import { workspaceSymbols } from './features/workspace-symbols.ts';
import type { OpenDocument } from './open-document.ts';
import { createPlansScripts } from './plan-scripts.ts';
import { createProjectDocuments } from './project-documents.ts';

/** What is answered about one open document, by the method's name in the protocol behind `textDocument/`. */
export const documentFeatures = {
  completion: (document: OpenDocument, { position }: TextDocumentPositionParams, around: Around) =>
    completionsAt(document, position, around),
  hover: (document: OpenDocument, { position }: HoverParams, around: Around) =>
    hoverAt(document, position, around) ?? null,
  codeAction: (document: OpenDocument, params: CodeActionParams, around: Around) =>
    codeActionsAt(document, params, around),
  documentSymbol: (document: OpenDocument, _params: DocumentSymbolParams) => symbolsOf(document),
  documentLink: (document: OpenDocument, _params: DocumentLinkParams) => linksOf(document),
  definition: (document: OpenDocument, { position }: DefinitionParams, around: Around) =>
    definitionOf(document, position, around),
  references: (document: OpenDocument, { position, context }: ReferenceParams, around: Around) =>
    referencesOf(document, position, context.includeDeclaration, around),
  documentHighlight: (document: OpenDocument, { position }: DocumentHighlightParams) =>
    highlightsOf(document, position),
  prepareRename: (document: OpenDocument, { position }: PrepareRenameParams) => renamingAt(document, position),
  rename: (document: OpenDocument, params: RenameParams, around: Around) => rename(document, params, around),
  formatting: (document: OpenDocument, { options }: DocumentFormattingParams) =>
    formattingOf(document, options, undefined),
  rangeFormatting: (document: OpenDocument, { options, range }: DocumentRangeFormattingParams) =>
    formattingOf(document, options, range),
  foldingRange: (document: OpenDocument, _params: FoldingRangeParams) => foldingOf(document),
  selectionRange: (document: OpenDocument, { positions }: SelectionRangeParams) => selectionsAt(document, positions),
  codeLens: (document: OpenDocument, _params: CodeLensParams, { commands }: Around) => codeLensesOf(document, commands),
  semanticTokens: (document: OpenDocument, _params: SemanticTokensParams) => semanticTokensOf(document),
};

/** The bundle that answers requests: beside the server, loaded with the first of them, so that diagnostics do not wait for it. */
export const languageFeatures = {
  documents: documentFeatures,
  createPlansScripts,
  createProjectDocuments,
  allowInScript,
  workspaceSymbols,
  editForRenames,
  usersOf,
  unusedDiagnostics,
};

export type LanguageFeatures = typeof languageFeatures;
