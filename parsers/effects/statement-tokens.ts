import type { DialectRules } from '../dialect-rules.ts';
import { type Token, tokenAt } from '../tokens.ts';

/** A significant token with its text; words also in upper case. */
export interface Lexeme extends Token {
  readonly text: string;
  /** Upper case for a word that is not quoted; else the text. */
  readonly word: string;
  /** How many round brackets are open around it. */
  readonly depth: number;
}

/** The significant tokens of a statement. */
export function lexemesOf(statement: string, rules: DialectRules, most = Number.POSITIVE_INFINITY): readonly Lexeme[] {
  const found: Lexeme[] = [];
  let depth = 0;
  for (let at = 0; at < statement.length && found.length < most; ) {
    const token = tokenAt(statement, at, rules);
    at = token.end;
    if (token.kind === 'space' || token.kind === 'comment') continue;
    const text = statement.slice(token.start, token.end);
    if (text === ')') depth = Math.max(0, depth - 1);
    found.push({ ...token, text, word: token.kind === 'word' ? text.toUpperCase() : text, depth });
    if (text === '(') depth += 1;
  }
  return found;
}

/** The stretches between commas that stand in no brackets, from a token on. */
export function segmentsFrom(
  lexemes: readonly Lexeme[],
  from: number,
): readonly { readonly at: number; readonly end: number }[] {
  const segments: { at: number; end: number }[] = [];
  let isOpen = false;
  for (const lexeme of lexemes.slice(from)) {
    if (lexeme.text === ',' && lexeme.depth === 0) isOpen = false;
    else if (!isOpen) {
      segments.push({ at: lexeme.start, end: lexeme.end });
      isOpen = true;
    } else {
      const last = segments.at(-1);
      if (last) last.end = lexeme.end;
    }
  }
  return segments;
}
