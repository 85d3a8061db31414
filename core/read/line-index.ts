import type { Position, Range } from '../model/problem.ts';

/** Translates between offsets into a text and positions; both count UTF-16 code units. Lines end with LF, CRLF or CR. */
export interface LineIndex {
  /** Offsets outside the text count as its start or end. */
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
  range(start: number, end: number): Range;
}

export function createLineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const positionAt = (offset: number): Position => {
    const inside = Math.max(0, Math.min(offset, text.length));
    const line = lastAtMost(starts, inside);
    return { line: line + 1, column: inside - (starts[line] ?? 0) + 1 };
  };
  return {
    positionAt,
    offsetAt({ line, column }) {
      const start = starts[line - 1];
      if (start === undefined) return line < 1 ? 0 : text.length;
      return Math.max(start, Math.min(start + column - 1, starts[line] ?? text.length));
    },
    range: (start, end) => ({ start: positionAt(start), end: positionAt(end) }),
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 13 && text.charCodeAt(at + 1) === 10) at++;
    if (code === 10 || code === 13) starts.push(at + 1);
  }
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
