import { type CompletionItem, type CompletionList, InsertTextFormat, type Position } from 'vscode-languageserver/node';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { bestMatches } from './best-matches.ts';
import { type Caret, caretAt } from './caret.ts';
import { keyProposals } from './key-proposals.ts';
import { mendedAt } from './mended-at.ts';
import type { Proposal } from './proposal.ts';
import { valueProposals } from './value-proposals.ts';

/** What can stand at a position, the likeliest first. */
export function completionsAt(
  document: OpenDocument,
  position: Position,
  { chance, sharesEditRange }: Pick<Around, 'chance' | 'sharesEditRange'>,
): CompletionList {
  const { text, lines } = document.source;
  const offset = lines.offsetAt(fromLspPosition(position));
  const caret = caretAt(text, offset);
  if (!caret) return { isIncomplete: false, items: [] };
  const mended = mendedAt(document, caret);
  const all = caret.wants === 'key' ? keyProposals(mended, caret) : valueProposals(mended, caret, chance);
  const word = text.slice(caret.start, caret.end);
  const { proposals, isCut } = bestMatches(all, text.slice(caret.start, offset), word);
  const range = toLspRange(lines.range(caret.start, caret.end));
  const comma = commaEdit(document, caret);
  return {
    isIncomplete: isCut,
    ...(sharesEditRange && { itemDefaults: { editRange: range } }),
    items: proposals.map((proposal, index) => {
      const newText = caret.commaAfter ? `${proposal.snippet},` : proposal.snippet;
      return {
        ...toItem(proposal, index),
        ...(sharesEditRange ? { textEditText: newText } : { textEdit: { range, newText } }),
        ...comma,
      };
    }),
  };
}

const toItem = ({ label, kind, detail, documentation, filter }: Proposal, index: number): CompletionItem => ({
  label,
  kind,
  ...(detail === undefined ? {} : { detail }),
  ...(documentation ? { documentation: { kind: 'markdown', value: documentation } } : {}),
  sortText: String(index).padStart(5, '0'),
  filterText: filter,
  insertTextFormat: InsertTextFormat.Snippet,
});

/** The comma that is missing before what is inserted. */
function commaEdit(
  { source: { lines } }: OpenDocument,
  { commaAt }: Caret,
): Pick<CompletionItem, 'additionalTextEdits'> {
  if (commaAt === undefined) return {};
  const at = toLspPosition(lines.positionAt(commaAt));
  return { additionalTextEdits: [{ range: { start: at, end: at }, newText: ',' }] };
}
