import type { TextDocumentEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Around } from '../../server/around.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import type { OpenDocument } from '../../server/open-document.ts';

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
/** Saves after which nothing may be left. */
const MOST = 10;

/** The text after "fix all" at every save until there is nothing to fix; throws where that has no end. */
export function fixedAll(text: string, open: (text: string) => OpenDocument, around: Around): string {
  for (let i = 0; i <= MOST; i++) {
    const document = open(text);
    const context = { diagnostics: [], only: ['source.fixAll.srdeploy'] };
    const params = { textDocument: { uri: document.uri }, range: TOP, context };
    const [action] = features.codeAction(document, params, around);
    if (!action) return text;
    const [change] = (action.edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    const written = TextDocument.create(document.uri, 'srdeploy', 1, text);
    text = TextDocument.applyEdits(written, (change?.edits ?? []) as never);
  }
  throw new Error(`Fixing has no end: ${text}`);
}
