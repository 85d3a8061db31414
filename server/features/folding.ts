import { createScanner } from 'jsonc-parser';
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver/node';
import type { OpenDocument } from '../open-document.ts';

// The scanner's token kinds; its own names are a const enum, which vanishes when files are compiled one by one.
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [1, 2, 3, 4];
const [LINE_COMMENT, BLOCK_COMMENT, END] = [12, 13, 17];

/** Objects, lists and comments of more than one line. Read from the tokens, so that a half-typed text folds too. */
export function foldingOf({ source }: OpenDocument): FoldingRange[] {
  const { text, lines } = source;
  const scanner = createScanner(text, false);
  const lineAt = (offset: number) => lines.positionAt(offset).line - 1;
  const found: FoldingRange[] = [];
  const open: number[] = [];
  let comment: FoldingRange | undefined;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const line = lineAt(start);
    if (token === OPEN_BRACE || token === OPEN_BRACKET) open.push(line);
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) {
      const first = open.pop();
      // The closing bracket stays to be seen.
      if (first !== undefined && line - 1 > first) found.push({ startLine: first, endLine: line - 1 });
    } else if (token === BLOCK_COMMENT) {
      const last = lineAt(start + scanner.getTokenLength());
      if (last > line) found.push({ startLine: line, endLine: last, kind: FoldingRangeKind.Comment });
    } else if (token === LINE_COMMENT) {
      if (comment?.endLine === line - 1) comment.endLine = line;
      else {
        comment = { startLine: line, endLine: line, kind: FoldingRangeKind.Comment };
        found.push(comment);
      }
    }
  }
  return found.filter(({ startLine, endLine }) => endLine > startLine).sort((a, b) => a.startLine - b.startLine);
}
