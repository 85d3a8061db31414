import { type CompletionItem, InsertTextFormat, type Position } from 'vscode-languageserver/node';
import { nearestWord } from '../../core/index.ts';
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
  const typed = text.slice(caret.start, caret.end);
  return meant(proposals, typed).map((proposal, index) => toItem(document, caret, proposal, index));
}

/** A word that is nearly one of the proposals stands for it: editors would filter away what its letters do not spell. */
function meant(proposals: readonly Proposal[], typed: string): readonly Proposal[] {
  const word = typed.replaceAll('"', '');
  const near = nearestWord(
    word,
    proposals.map(({ label }) => label),
  );
  if (near === undefined || near.startsWith(word)) return proposals;
  return proposals.map((proposal) => (proposal.label === near ? { ...proposal, filter: typed } : proposal));
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
