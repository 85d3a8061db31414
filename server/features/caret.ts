import { createScanner } from 'jsonc-parser';
import type { JsonPath } from '../../core/index.ts';

/** Where a caret stands in a JSON text, half typed or not. Offsets are into the text. */
export interface Caret {
  /** `key`: a key of the object at `path` may stand here; `value`: the value at `path`. */
  readonly wants: 'key' | 'value';
  readonly path: JsonPath;
  /** The stretch that a completion replaces: the token at the caret, else nothing. */
  readonly start: number;
  readonly end: number;
  /** Where a comma is missing before what is inserted; undefined where none is. */
  readonly commaAt: number | undefined;
  /** A comma must follow, because another key or value does. */
  readonly commaAfter: boolean;
  /** Keys of the object that stand before the caret. */
  readonly keysBefore: readonly string[];
  /** The key at the caret has its colon already. */
  readonly hasColon: boolean;
  /** The object or list closes right behind the stretch. */
  readonly isLast: boolean;
}

interface Frame {
  readonly isObject: boolean;
  /** What the grammar expects next. */
  expects: 'item' | 'colon' | 'value' | 'comma';
  key: string;
  index: number;
  readonly keys: string[];
}

// The scanner's token kinds; its own names are a const enum, which vanishes when files are compiled one by one.
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, COMMA, COLON] = [1, 2, 3, 4, 5, 6];
const [STRING, LINE_COMMENT, BLOCK_COMMENT, LINE_BREAK, TRIVIA, END] = [10, 12, 13, 14, 15, 17];

/** Finds out where a caret stands by reading the text up to it; undefined where nothing can be completed. */
export function caretAt(text: string, offset: number): Caret | undefined {
  const scanner = createScanner(text, false);
  const frames: Frame[] = [];
  let lastEnd = 0;
  for (;;) {
    const token: number = scanner.scan();
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const isSpace = token === LINE_BREAK || token === TRIVIA;
    if (token === END || start >= offset) return here(text, frames, offset, offset, lastEnd);
    if ((token === LINE_COMMENT && end >= offset) || (token === BLOCK_COMMENT && end > offset)) return undefined;
    if (isSpace || token === LINE_COMMENT || token === BLOCK_COMMENT) continue;
    if (isAtCaret(token, text.slice(start, end), end, offset)) {
      // Of a string that is not closed, what follows the caret is not part of it.
      const isOpen = token === STRING && !isClosed(text.slice(start, end), offset - start);
      return here(text, frames, start, isOpen ? offset : end, lastEnd);
    }
    advance(frames, token, scanner.getTokenValue());
    lastEnd = end;
  }
}

/**
 * False for a string without a closing quote, and for one that is closed by the next string's opening quote only: behind the caret
 * it goes on with nothing but a comma or colon.
 */
const isClosed = (token: string, caret = token.length): boolean =>
  token.length > 1 &&
  token.endsWith('"') &&
  !/[^\\](\\\\)*\\"$/.test(token) &&
  !/^\s*[,:]\s*"$/.test(token.slice(caret));

/** True for a word or string that the caret is in; behind a closing quote it is outside. */
function isAtCaret(token: number, written: string, end: number, offset: number): boolean {
  if (token <= COLON) return false;
  return end > offset || (end === offset && (token !== STRING || !isClosed(written)));
}

function advance(frames: Frame[], token: number, value: string): void {
  const frame = frames.at(-1);
  if (token === OPEN_BRACE || token === OPEN_BRACKET) {
    frames.push({ isObject: token === OPEN_BRACE, expects: 'item', key: '', index: 0, keys: [] });
    return;
  }
  if (token === CLOSE_BRACE || token === CLOSE_BRACKET) {
    frames.pop();
    const outer = frames.at(-1);
    if (outer) outer.expects = 'comma';
    return;
  }
  if (!frame) return;
  if (token === COMMA) {
    frame.index++;
    frame.expects = 'item';
  } else if (token === COLON) frame.expects = 'value';
  else if (frame.isObject && frame.expects !== 'value') {
    frame.key = value;
    frame.keys.push(value);
    frame.expects = 'colon';
  } else frame.expects = 'comma';
}

function here(text: string, frames: readonly Frame[], start: number, end: number, lastEnd: number): Caret | undefined {
  const frame = frames.at(-1);
  if (!frame || frame.expects === 'colon') return undefined;
  const lacksComma = frame.expects === 'comma';
  const path = frames.slice(0, -1).map((outer) => (outer.isObject ? outer.key : outer.index));
  const wants = frame.isObject && frame.expects !== 'value' ? 'key' : 'value';
  const own = frame.isObject ? [frame.key] : [lacksComma ? frame.index + 1 : frame.index];
  const next = /^[\s]*(.)?/.exec(text.slice(end))?.[1] ?? '';
  return {
    wants,
    path: wants === 'key' ? path : [...path, ...own],
    start,
    end,
    commaAt: lacksComma ? lastEnd : undefined,
    commaAfter: next === '"' || next === '{' || next === '[',
    keysBefore: frame.keys,
    hasColon: next === ':',
    isLast: next === '}' || next === ']',
  };
}
