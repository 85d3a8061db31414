import type { DialectRules } from './dialect-rules.ts';
import { alternativeQuoteEnd, commentEnd, escapeStringEnd, quoteEnd } from './quoted-text.ts';

/**
 * `quoted`: strings and quoted names. `delimiter`: what ends a statement, `;` unless the client's was changed. `command`: a command
 * for the vendor's own client; the token is its backslash alone, the client's own rules say where it ends.
 */
export type TokenKind = 'space' | 'comment' | 'word' | 'number' | 'quoted' | 'symbol' | 'delimiter' | 'command';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** False where a quote, dollar quote or comment runs to the end of the text. */
  readonly closed: boolean;
}

const SPACE = /[ \t\n\r\f\v\ufeff]+/y;
const WORD = /[A-Za-z_\u0080-\ufefe\uff00-\uffff][\w$\u0080-\ufefe\uff00-\uffff]*/y;
const NUMBER = /0[xXoObB][0-9A-Fa-f_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const POSITIONAL = /\$\d+/y;
/** Bounded, so that a run that is read again and again stays cheap; PostgreSQL refuses longer ones. */
const FREE_OPERATOR = /[-+*/<>=~!@#%^&|`?]{1,64}/y;
const FIXED_OPERATOR = /::|:=|<=>|<=|>=|<>|!=|==|<<|>>|->>|->|\|\||&&|=>/y;
const LINE = /[^\n]*/y;
const LINE_OR_CR = /[^\r\n]*/y;
/** A conditional comment of MySQL or MariaDB; what no version reads is a comment. */
const CONDITIONAL = /\/\*M?!(?!9{5,6}(?!\d))\d*/y;
const STRING_PREFIX = /^(?:[ebxn]|u&)$/i;

/**
 * The token that begins at `at`, which must lie inside the text; reading on from `end` covers the text without gaps, in linear time.
 * Never throws. Other client commands than those with a backslash are found by the reader, which alone knows where a statement begins.
 */
export function tokenAt(text: string, at: number, rules: DialectRules, delimiter = ';'): Token {
  if (delimiter !== ';' && text.startsWith(delimiter, at)) {
    return { kind: 'delimiter', start: at, end: at + delimiter.length, closed: true };
  }
  const token = plainTokenAt(text, at, rules);
  if (delimiter === ';') return token;
  if (token.kind === 'delimiter') return { ...token, kind: 'symbol' };
  return cutAtDelimiter(text, token, delimiter);
}

/** Clients look for their delimiter at every character outside quotes and comments, also in the middle of a word: `END$$`. */
function cutAtDelimiter(text: string, token: Token, delimiter: string): Token {
  if (token.kind !== 'word' && token.kind !== 'number' && token.kind !== 'symbol') return token;
  const cut = text.slice(token.start, token.end + delimiter.length - 1).indexOf(delimiter, 1);
  return cut < 0 ? token : { ...token, end: token.start + cut };
}

function plainTokenAt(text: string, at: number, rules: DialectRules): Token {
  const char = text[at] as string;
  const token = (kind: TokenKind, end: number | undefined): Token => ({
    kind,
    start: at,
    end: end ?? text.length,
    closed: end !== undefined,
  });
  const code = text.charCodeAt(at);
  if (code === 32 || (code >= 9 && code <= 13) || code === 0xfeff) return token('space', matchEnd(SPACE, text, at));
  if (isWordStart(code)) return wordOrString(text, at, matchEnd(WORD, text, at) ?? at + 1, rules, token);
  if (char === ';') return token('delimiter', at + 1);
  if (char === "'" || char === '"') return token('quoted', quoteEnd(text, at, char, rules.backslashes === 'strings'));
  if (rules.nameQuotes.includes(char)) return token('quoted', quoteEnd(text, at, char === '[' ? ']' : char, false));
  if (startsLineComment(text, at, rules)) return token('comment', lineCommentEnd(text, at, rules));
  if (char === '/' && text[at + 1] === '*') {
    const conditional = rules.mysqlComments ? matchEnd(CONDITIONAL, text, at) : undefined;
    if (conditional !== undefined) return token('symbol', conditional);
    return token('comment', commentEnd(text, at, rules.nestedComments));
  }
  if (char === '\\' && rules.client === 'psql') return token('command', at + 1);
  if (char === '\\' && rules.client === 'mysql') {
    return text[at + 1] === 'N' ? token('symbol', at + 2) : token('command', at + 1);
  }
  const number = matchEnd(NUMBER, text, at);
  if (number !== undefined) return token('number', number);
  if (rules.dollarQuotes && char === '$') return dollarToken(text, at, token);
  return token('symbol', rules.freeOperators ? freeOperatorEnd(text, at) : fixedOperatorEnd(text, at, rules));
}

const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;

/** Where a `--` or `#` comment or a client's line that begins at `at` ends, without the line end. */
export const lineCommentEnd = (text: string, at: number, rules: DialectRules): number =>
  matchEnd(rules.carriageReturnEndsComment ? LINE_OR_CR : LINE, text, at) ?? at;

type MakeToken = (kind: TokenKind, end: number | undefined) => Token;

/** `E'…'`, `X'…'`, `U&'…'` are one token; a space before the quote would make them two. */
function wordOrString(text: string, at: number, end: number, rules: DialectRules, token: MakeToken): Token {
  const quoteAt = end === at + 1 && /[uU]/.test(text[at] ?? '') && text[end] === '&' ? end + 1 : end;
  const quote = text[quoteAt];
  if ((quote !== "'" && quote !== '"') || quoteAt - at > 2) return token('word', end);
  const prefix = text.slice(at, quoteAt).toLowerCase();
  if (quote === "'" && rules.alternativeQuotes && prefix === 'q') {
    return token('quoted', alternativeQuoteEnd(text, quoteAt));
  }
  const opens = quote === "'" ? STRING_PREFIX.test(prefix) : prefix === 'u&';
  if (!opens) return token('word', end);
  if (rules.backslashes === 'escape-strings' && prefix === 'e') return token('quoted', escapeStringEnd(text, quoteAt));
  return token('quoted', quoteEnd(text, quoteAt, quote, rules.backslashes === 'strings'));
}

function dollarToken(text: string, at: number, token: MakeToken): Token {
  const tagEnd = matchEnd(DOLLAR_TAG, text, at);
  if (tagEnd === undefined) return token('symbol', matchEnd(POSITIONAL, text, at) ?? at + 1);
  const tag = text.slice(at, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return token('quoted', close < 0 ? undefined : close + tag.length);
}

function startsLineComment(text: string, at: number, rules: DialectRules): boolean {
  if (rules.mysqlComments && text[at] === '#') return true;
  if (text[at] !== '-' || text[at + 1] !== '-') return false;
  const next = text[at + 2];
  return !rules.mysqlComments || next === undefined || next <= ' ' || next === '\x7f';
}

/** PostgreSQL's rule: a run of operator characters up to a comment; it ends in `+` or `-` only if it has one of `~!@#%^&|?` or a backtick. */
function freeOperatorEnd(text: string, at: number): number {
  const fixed = text[at] === ':' ? matchEnd(FIXED_OPERATOR, text, at) : undefined;
  if (fixed !== undefined) return fixed;
  const end = matchEnd(FREE_OPERATOR, text, at);
  if (end === undefined) return at + 1;
  const run = text.slice(at, end);
  const comment = run.search(/--|\/\*/);
  const operator = comment > 0 ? run.slice(0, comment) : run;
  const kept = /[~!@#%^&|`?]/.test(operator) ? operator : operator.replace(/(?<=.)[-+]+$/, '');
  return at + kept.length;
}

function fixedOperatorEnd(text: string, at: number, rules: DialectRules): number {
  return matchEnd(FIXED_OPERATOR, text, at) ?? matchEnd(rules.parameters, text, at) ?? at + 1;
}

/** Where a sticky expression that begins at `at` ends; undefined where it does not match there. */
function matchEnd(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}
