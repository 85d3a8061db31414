import { type Edit, format } from 'jsonc-parser';
import type { FormattingOptions, Range as LspRange, TextEdit } from 'vscode-languageserver/node';
import { fromLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

/**
 * Indents a document, or a stretch of it; comments, the order of everything and the line breaks that its author chose stay. What is all on one line
 * is spread. A text that is no JSON is left alone: what is not understood is not moved.
 */
export function formattingOf(
  { source }: OpenDocument,
  options: FormattingOptions,
  range: LspRange | undefined,
): TextEdit[] {
  const { text, lines, problems } = source;
  if (problems.length > 0) return [];
  const start = range && lines.offsetAt(fromLspPosition(range.start));
  const stretch =
    range && start !== undefined
      ? { offset: start, length: lines.offsetAt(fromLspPosition(range.end)) - start }
      : undefined;
  const keepLines = text.trim().includes('\n');
  const edits = format(text, stretch, {
    tabSize: options.tabSize,
    insertSpaces: options.insertSpaces,
    insertFinalNewline: !stretch && options.insertFinalNewline === true,
    keepLines,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  });
  return edits
    .filter((edit) => !keepLines || !isInsideBracket(text, edit))
    .map(({ offset, length, content }) => ({
      range: toLspRange(lines.range(offset, offset + length)),
      newText: content,
    }));
}

/** Space behind an opening or before a closing bracket on one line is its author's choice: `{}`, `{"a": 1}` and `{ "a": 1 }` stay as they are. */
function isInsideBracket(text: string, { offset, length, content }: Edit): boolean {
  const [before, behind] = [text[offset - 1] ?? ' ', text[offset + length] ?? ' '];
  const replaced = text.slice(offset, offset + length);
  return !/[\r\n]/.test(replaced + content) && ('{['.includes(before) || '}]'.includes(behind));
}
