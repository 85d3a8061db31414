import { createLineIndex, type Position } from '../core/index.ts';

/** Turns offsets of a text into positions. A byte order mark takes no column, as in editors; CRLF, LF and a lone CR end a line. */
export function createLineReader(text: string): (offset: number) => Position {
  const hidden = text.startsWith('\ufeff') ? 1 : 0;
  let index: ReturnType<typeof createLineIndex> | undefined;
  return (offset) => {
    index ??= createLineIndex(text);
    const { line, column } = index.positionAt(offset);
    return line === 1 ? { line, column: Math.max(1, column - hidden) } : { line, column };
  };
}
