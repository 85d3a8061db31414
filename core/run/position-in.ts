import type { Position } from '../model/problem.ts';

/** Line and column, from 1 and in UTF-16 code units, of an offset into a text. */
export function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
