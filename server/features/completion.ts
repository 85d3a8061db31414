import { type CompletionItem, type CompletionList, InsertTextFormat, type Position } from 'vscode-languageserver/node';
import type { ScriptItem } from '../../protocol/index.ts';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { bestMatches } from './best-matches.ts';
import { type Caret, caretAt } from './caret.ts';
import { checkProposals } from './check-proposals.ts';
import { commandProposals } from './command-proposals.ts';
import { keyProposals } from './key-proposals.ts';
import { mendedAt } from './mended-at.ts';
import type { Proposal } from './proposal.ts';
import { sqlNameProposals } from './sql-proposals.ts';
import { isSqlPath, sqlTextAt } from './sql-text.ts';
import { valueProposals } from './value-proposals.ts';

/** What can stand at a position, the likeliest first. */
export function completionsAt(
  document: OpenDocument,
  position: Position,
  around: Pick<Around, 'chance' | 'plansNaming' | 'objectsOf' | 'sharesEditRange'>,
): CompletionList {
  const { text, lines } = document.source;
  const offset = lines.offsetAt(fromLspPosition(position));
  const caret = caretAt(text, offset);
  if (!caret) return { isIncomplete: false, items: [] };
  const wanted = wantedAt(document, caret, offset, around);
  const typed = text.slice(wanted.start, offset);
  const { proposals, isCut } = bestMatches(wanted.proposals, typed, text.slice(wanted.start, wanted.end));
  const range = toLspRange(lines.range(wanted.start, wanted.end));
  const comma = wanted.isWhole ? commaEdit(document, caret) : {};
  return {
    isIncomplete: isCut || wanted.isPartial,
    ...(around.sharesEditRange && { itemDefaults: { editRange: range } }),
    items: proposals.map((proposal, index) => {
      const newText = wanted.isWhole && caret.commaAfter ? `${proposal.snippet},` : proposal.snippet;
      return {
        ...toItem(proposal, index),
        ...(around.sharesEditRange ? { textEditText: newText } : { textEdit: { range, newText } }),
        ...comma,
      };
    }),
  };
}

interface Wanted {
  readonly proposals: readonly Proposal[];
  /** The stretch that is replaced. */
  readonly start: number;
  readonly end: number;
  /** It is the whole key or value, not a name inside it. */
  readonly isWhole: boolean;
  /** More is known soon. */
  readonly isPartial: boolean;
}

function wantedAt(
  document: OpenDocument,
  caret: Caret,
  offset: number,
  around: Pick<Around, 'chance' | 'plansNaming' | 'objectsOf'>,
): Wanted {
  const mended = mendedAt(document, caret);
  const whole = { start: caret.start, end: caret.end, isWhole: true, isPartial: false };
  if (caret.wants === 'key') return { ...whole, proposals: keyProposals(mended, caret) };
  const inCommand = commandProposals(document, mended, caret, offset);
  if (inCommand) return { ...inCommand, isWhole: false, isPartial: false };
  if (document.kind !== 'plan' || !isSqlPath(caret.path))
    return { ...whole, proposals: valueProposals(mended, caret, around) };
  const known = around.objectsOf(mended);
  const { isPartial } = known;
  const sql = sqlTextAt(document.source.text, offset, caret);
  if (!sql?.sql.trim()) return { ...whole, proposals: checkProposals(known), isPartial };
  const names = sqlNameProposals(sql, known);
  return names ? { ...names, isWhole: false, isPartial } : { ...whole, proposals: [] };
}

const toItem = ({ label, kind, detail, documentation, filter, script }: Proposal, index: number): CompletionItem => ({
  label,
  kind,
  ...(detail === undefined ? {} : { detail }),
  ...(documentation ? { documentation: { kind: 'markdown', value: documentation } } : {}),
  sortText: String(index).padStart(5, '0'),
  filterText: filter,
  insertTextFormat: InsertTextFormat.Snippet,
  ...(script === undefined ? {} : { data: { script } satisfies ScriptItem }),
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
