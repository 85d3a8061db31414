import type { SqlSegment, SqlStatement } from '../core/index.ts';
import type { BodyTracker } from './body-tracker.ts';
import { type CopyWatch, createCopyWatch } from './copy-data.ts';
import { createBodyTracker } from './create-body-tracker.ts';
import type { DialectRules } from './dialect-rules.ts';
import type { Token } from './tokens.ts';

/** A text that is read: the file itself, or a variable's value that stands somewhere in it. */
export interface ReadText {
  readonly text: string;
  /** For a value, where in the file its name stands. */
  readonly valueAt: number | undefined;
}

/** The statement that is being read. Its text is put together from stretches of the file and of values. */
export interface StatementBuilder {
  /** Where it begins in the file. */
  readonly offset: number;
  readonly keywords: readonly string[];
  readonly copy: CopyWatch;
  /** Adds a token that belongs to it. White space and comments at its end are left away. */
  add(from: ReadText, token: Token): void;
  /** A semicolon would be part of it. */
  holds(): boolean;
  /** A conditional comment of MySQL is open; its end counts as a token. */
  isConditional(): boolean;
  /** Round or square brackets are open. */
  isInBrackets(): boolean;
  /** It cannot be over: a body, or a conditional comment of MySQL, is open. */
  isUnfinished(): 'body' | 'comment' | undefined;
  /** The text, where it stands, and its first words. */
  build(): Pick<SqlStatement, 'text' | 'offset' | 'keywords' | 'segments'>;
}

interface Piece {
  readonly from: ReadText;
  readonly start: number;
  end: number;
}

const MAX_KEYWORDS = 6;
/** Longer ones are no keywords; they are not copied. */
const LONGEST_WORD = 64;

export function createStatementBuilder(offset: number, rules: DialectRules): StatementBuilder {
  const body: BodyTracker = createBodyTracker(rules.bodies);
  const copy = createCopyWatch();
  const keywords: string[] = [];
  const pieces: Piece[] = [];
  /** Up to here the text is significant. */
  let kept = { pieces: 0, end: 0 };
  let brackets = 0;
  let squares = 0;
  let isConditional = false;

  const addWord = (text: string) => {
    const word = text.length <= LONGEST_WORD ? text.toUpperCase() : '';
    if (keywords.length < MAX_KEYWORDS && word) keywords.push(word);
    body.word(word);
    copy.word(word);
  };
  const addOther = (text: string, token: Token) => {
    if (text === '(') brackets += 1;
    if (text === ')') brackets = Math.max(0, brackets - 1);
    if (text === '[') squares += 1;
    if (text === ']') squares = Math.max(0, squares - 1);
    if (rules.mysqlComments && token.kind === 'symbol') {
      if (/^\/\*M?!/.test(text)) isConditional = true;
      if (text === '*/') isConditional = false;
    }
    body.other(token.kind === 'quoted' ? 'quoted' : text);
    copy.other(text);
  };
  return {
    offset,
    keywords,
    copy,
    add(from, token) {
      const last = pieces.at(-1);
      if (last && last.from === from && last.end === token.start) last.end = token.end;
      else pieces.push({ from, start: token.start, end: token.end });
      if (token.kind === 'space' || token.kind === 'comment') return;
      const length = token.end - token.start;
      if (token.kind === 'word') addWord(from.text.slice(token.start, token.end));
      else addOther(length <= LONGEST_WORD ? from.text.slice(token.start, token.end) : '', token);
      kept = { pieces: pieces.length, end: token.end };
    },
    holds: () => body.holds() || isConditional || (rules.bracketsHold && brackets > 0),
    isConditional: () => isConditional,
    isInBrackets: () => brackets + squares > 0,
    isUnfinished: () => (isConditional ? 'comment' : body.holds() ? 'body' : undefined),
    build() {
      pieces.length = kept.pieces;
      const last = pieces.at(-1);
      if (last) last.end = kept.end;
      const [first] = pieces;
      if (first && pieces.length === 1 && first.from.valueAt === undefined) {
        return { text: first.from.text.slice(first.start, first.end), offset, keywords };
      }
      return { text: pieces.map(textOf).join(''), offset, keywords, segments: segmentsOf(pieces) };
    },
  };
}

const textOf = ({ from, start, end }: Piece): string => from.text.slice(start, end);

function segmentsOf(pieces: readonly Piece[]): SqlSegment[] {
  let offset = 0;
  return pieces.map(({ from, start, end }) => {
    const at = offset;
    offset += end - start;
    return from.valueAt === undefined
      ? { offset: at, source: start, kind: 'source' }
      : { offset: at, source: from.valueAt, kind: 'value' };
  });
}
