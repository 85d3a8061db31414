import type { Lexeme } from './statement-tokens.ts';

/** Reads a statement's tokens one after the other. */
export interface TokenReader {
  /** The token that comes next, or one further on; undefined at the end. */
  peek(ahead?: number): Lexeme | undefined;
  next(): Lexeme | undefined;
  /** Passes over words that come next, all of them or none. */
  accept(...words: readonly string[]): boolean;
  /** A name with its dots, quotes taken off and the default schema left in; the empty string where none comes. */
  name(): string;
  /** Passes over a bracket and what stands in it; answers the tokens inside. */
  brackets(): readonly Lexeme[];
  /** The rest of the statement. */
  rest(): readonly Lexeme[];
  /** Index of the token that comes next. */
  at(): number;
}

export function createTokenReader(lexemes: readonly Lexeme[]): TokenReader {
  let at = 0;
  const peek = (ahead = 0) => lexemes[at + ahead];
  const reader: TokenReader = {
    peek,
    next: () => {
      at += 1;
      return lexemes[at - 1];
    },
    accept(...words) {
      if (!words.every((word, i) => peek(i)?.word === word)) return false;
      at += words.length;
      return true;
    },
    name() {
      const parts: string[] = [];
      for (;;) {
        const lexeme = peek();
        if (!lexeme || (lexeme.kind !== 'word' && lexeme.kind !== 'quoted')) break;
        parts.push(unquoted(lexeme.text));
        at += 1;
        if (peek()?.text !== '.') break;
        at += 1;
      }
      return parts.join('.');
    },
    brackets() {
      if (peek()?.text !== '(') return [];
      const depth = peek()?.depth ?? 0;
      const from = at + 1;
      at += 1;
      while (at < lexemes.length && !(lexemes[at]?.text === ')' && lexemes[at]?.depth === depth)) at += 1;
      const inside = lexemes.slice(from, at);
      at += 1;
      return inside;
    },
    rest: () => lexemes.slice(at),
    at: () => at,
  };
  return reader;
}

export const unquoted = (text: string): string =>
  /^(".*"|`.*`|'.*')$/s.test(text) ? text.slice(1, -1).replaceAll('``', '`').replaceAll('""', '"') : text;

/** Stretches of tokens between commas of their own depth. */
export function splitAtCommas(lexemes: readonly Lexeme[]): readonly (readonly Lexeme[])[] {
  const depth = lexemes[0]?.depth ?? 0;
  const parts: Lexeme[][] = [[]];
  for (const lexeme of lexemes) {
    if (lexeme.text === ',' && lexeme.depth === depth) parts.push([]);
    else parts.at(-1)?.push(lexeme);
  }
  return parts.filter(({ length }) => length > 0);
}

/** True where words stand one after the other anywhere, at the depth of the first token. */
export function hasWords(lexemes: readonly Lexeme[], ...words: readonly string[]): boolean {
  const depth = lexemes[0]?.depth ?? 0;
  return lexemes.some(
    ({ depth: here }, i) => here === depth && words.every((word, ahead) => lexemes[i + ahead]?.word === word),
  );
}

/** The words after a keyword at the depth of the first token; empty where it is not there. */
export function after(lexemes: readonly Lexeme[], ...words: readonly string[]): readonly Lexeme[] {
  const depth = lexemes[0]?.depth ?? 0;
  const at = lexemes.findIndex(
    ({ depth: here }, i) => here === depth && words.every((word, ahead) => lexemes[i + ahead]?.word === word),
  );
  return at < 0 ? [] : lexemes.slice(at + words.length);
}
