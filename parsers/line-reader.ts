import type { Position } from '../core/index.ts';

/**
 * Turns offsets of a text into positions, in linear time as long as they are asked for in rising order. A byte order mark takes no
 * column, as in editors; CRLF, LF and a lone CR end a line.
 */
export function createLineReader(text: string): (offset: number) => Position {
  let line = 1;
  let lineStart = text.startsWith('\ufeff') ? 1 : 0;
  let at = 0;
  const restart = () => {
    line = 1;
    lineStart = text.startsWith('\ufeff') ? 1 : 0;
    at = 0;
  };
  return (offset) => {
    if (offset < at) restart();
    for (; at < offset; at += 1) {
      const char = text.charCodeAt(at);
      if (char !== 10 && !(char === 13 && text.charCodeAt(at + 1) !== 10)) continue;
      line += 1;
      lineStart = at + 1;
    }
    return { line, column: Math.max(1, offset - lineStart + 1) };
  };
}
