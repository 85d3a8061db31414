import { type CompletionItem, InsertTextFormat, type Position } from 'vscode-languageserver/node';
import type { Chance } from '../chance.ts';
import { fromLspPosition, toLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { type Caret, caretAt } from './caret.ts';
import { keyProposals } from './key-proposals.ts';
import { mendedAt } from './mended-at.ts';
import type { Proposal } from './proposal.ts';
import { valueProposals } from './value-proposals.ts';

/** What can stand at a position, the likeliest first. */
export function completionsAt(document: OpenDocument, position: Position, chance: Chance): CompletionItem[] {
  const { text, lines } = document.source;
  const caret = caretAt(text, lines.offsetAt(fromLspPosition(position)));
  if (!caret) return [];
  const mended = mendedAt(document, caret);
  const proposals = caret.wants === 'key' ? keyProposals(mended, caret) : valueProposals(mended, caret, chance);
  return proposals.map((proposal, index) => toItem(document, caret, proposal, index));
}

function toItem(document: OpenDocument, caret: Caret, proposal: Proposal, index: number): CompletionItem {
  const { lines } = document.source;
  const comma = caret.commaAt === undefined ? undefined : toLspPosition(lines.positionAt(caret.commaAt));
  return {
    label: proposal.label,
    kind: proposal.kind,
    ...(proposal.detail === undefined ? {} : { detail: proposal.detail }),
    ...(proposal.documentation ? { documentation: { kind: 'markdown', value: proposal.documentation } } : {}),
    sortText: String(index).padStart(5, '0'),
    filterText: proposal.filter,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: {
      range: toLspRange(lines.range(caret.start, caret.end)),
      newText: caret.commaAfter ? `${proposal.snippet},` : proposal.snippet,
    },
    ...(comma ? { additionalTextEdits: [{ range: { start: comma, end: comma }, newText: ',' }] } : {}),
  };
}
