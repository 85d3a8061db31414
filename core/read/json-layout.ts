import type { JsonNode } from './source.ts';

/** How a text is laid out, for what is added to it. */
export interface JsonLayout {
  readonly lineEnd: '\n' | '\r\n';
  /** What one level of nesting is indented by. */
  readonly indent: string;
}

/** The layout of a text: its first line end, and the indentation of the first member that begins its line; else LF and two spaces. */
export function layoutOf(text: string, root: JsonNode | undefined): JsonLayout {
  const first = root?.children?.[0];
  const indent = first === undefined ? undefined : indentationAt(text, first.offset);
  return { lineEnd: /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n', indent: indent || '  ' };
}

/** The indentation of what begins its line at an offset; undefined where something stands before it. A block comment counts for nothing. */
export function indentationAt(text: string, offset: number): string | undefined {
  const line = text.slice(lineStart(text, offset), offset);
  return offset > line.length && /^[ \t]*(?:\/\*.*?\*\/[ \t]*)*$/.test(line) ? leadingSpace(line) : undefined;
}

/** The space that the line of an offset begins with. */
export const indentationOf = (text: string, offset: number): string =>
  leadingSpace(text.slice(lineStart(text, offset), offset));

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const leadingSpace = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/** A value over several lines, as far as it has members; the first line is where it is put, the others are indented by `from` and more. */
export const linesOf = (value: unknown, { lineEnd, indent }: JsonLayout, from: string): string =>
  JSON.stringify(value, undefined, indent).replaceAll('\n', lineEnd + from);

/** A value on one line: `{ "kind": "staging", "variables": { "schema": "shop" } }`. */
export function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${lineOf(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** What stands between a value and the next one, or the closing bracket. */
export interface Tail {
  /** Where the comma is; undefined where there is none. */
  readonly comma: number | undefined;
  /** Behind the comma and the comments on the same line; where there are none, the beginning of the tail. */
  readonly sameLineEnd: number;
  /** Behind the last comma or comment. */
  readonly contentEnd: number;
  /** Whether a line ends in it. */
  readonly breaks: boolean;
}

/** Reads on from an offset in a text that is JSON with comments. */
export function tailFrom(text: string, offset: number): Tail {
  const token = /[ \t]+|\r\n|\n|\r|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|,/y;
  let tail: Tail = { comma: undefined, sameLineEnd: offset, contentEnd: offset, breaks: false };
  token.lastIndex = offset;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const end = match.index + match[0].length;
    if (/^[\r\n]/.test(match[0])) tail = { ...tail, breaks: true };
    else if (!/^[ \t]/.test(match[0])) {
      const comma = match[0] === ',' ? match.index : tail.comma;
      tail = { ...tail, comma, contentEnd: end, sameLineEnd: tail.breaks ? tail.sameLineEnd : end };
    }
    token.lastIndex = end;
  }
  return tail;
}
