import type { CompletionItem, Diagnostic, Position, Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Around } from '../../server/around.ts';
import { diagnosticsOf } from '../../server/features/diagnostics.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import type { OpenDocument } from '../../server/open-document.ts';

/** What every feature answers about a document and a place in it. */
export type Answers = Readonly<Record<keyof typeof features | 'diagnostics', unknown>> & {
  readonly completion: readonly CompletionItem[];
  readonly diagnostics: readonly Diagnostic[];
};

export function allAnswers(document: OpenDocument, position: Position, around: Around): Answers {
  const textDocument = { uri: document.uri };
  const at = { textDocument, position };
  const range = { start: { line: 0, character: 0 }, end: position };
  const options = { tabSize: 2, insertSpaces: true };
  const diagnostics = diagnosticsOf(document, (message) => {
    throw new Error(message);
  });
  return {
    diagnostics,
    completion: features.completion(document, at, around).items,
    hover: features.hover(document, at, around),
    codeAction: [
      features.codeAction(document, { textDocument, range, context: { diagnostics } }, around),
      features.codeAction(document, { textDocument, range, context: { diagnostics: [], only: ['source'] } }, around),
    ],
    documentSymbol: features.documentSymbol(document, { textDocument }),
    documentLink: features.documentLink(document, { textDocument }),
    definition: features.definition(document, at, around),
    references: features.references(document, { ...at, context: { includeDeclaration: true } }, around),
    documentHighlight: features.documentHighlight(document, at),
    prepareRename: features.prepareRename(document, at),
    rename: features.rename(document, { ...at, newName: 'zz9' }, around),
    formatting: features.formatting(document, { textDocument, options }),
    rangeFormatting: features.rangeFormatting(document, { textDocument, options, range }),
    foldingRange: features.foldingRange(document, { textDocument }),
    selectionRange: features.selectionRange(document, { textDocument, positions: [position] }),
    codeLens: features.codeLens(document, { textDocument }, around),
    semanticTokens: features.semanticTokens(document, { textDocument }),
  };
}

/** Every range in an answer that is about a document, and not about another one that the answer names. */
export function rangesIn(answer: unknown, uri: string): readonly Range[] {
  if (Array.isArray(answer)) return answer.flatMap((one) => rangesIn(one, uri));
  if (typeof answer !== 'object' || answer === null) return [];
  if ('start' in answer && 'end' in answer) return [answer as Range];
  const named = 'textDocument' in answer ? (answer.textDocument as { readonly uri?: unknown }) : answer;
  if ('uri' in named && typeof named.uri === 'string' && named.uri !== uri) return [];
  return Object.values(answer).flatMap((one) => rangesIn(one, uri));
}

/** True for a range that begins and ends at places which the text has, in this order. */
export function isInside(text: TextDocument, { start, end }: Range): boolean {
  const isPlace = (position: Position) => {
    const there = text.positionAt(text.offsetAt(position));
    return there.line === position.line && there.character === position.character;
  };
  return isPlace(start) && isPlace(end) && text.offsetAt(start) <= text.offsetAt(end);
}
