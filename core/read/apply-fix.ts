import type { Fix } from '../model/problem.ts';
import { createLineIndex } from './line-index.ts';

/** A text with a fix applied; its edits refer to the text as it was. */
export function applyFix(text: string, fix: Fix): string {
  const lines = createLineIndex(text);
  return fix.edits
    .map(({ range, text: replacement }) => ({
      from: lines.offsetAt(range.start),
      to: lines.offsetAt(range.end),
      replacement,
    }))
    .sort((a, b) => b.from - a.from)
    .reduce((edited, { from, to, replacement }) => edited.slice(0, from) + replacement + edited.slice(to), text);
}
