import type { DialectRules } from './dialect-rules.ts';

/** `quoted`: strings and quoted names. `command`: a command for the vendor's own client, up to the end of its line. */
export type TokenKind = 'space' | 'comment' | 'word' | 'number' | 'quoted' | 'symbol' | 'semicolon' | 'command';

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
const PARAMETER = /[@:$]{1,2}\w+/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const POSITIONAL = /\$\d+/y;
/** Bounded, so that a run that is read again and again stays cheap; PostgreSQL refuses longer ones. */
const FREE_OPERATOR = /[-+*/<>=~!@#%^&|`?]{1,64}/y;
const FIXED_OPERATOR = /::|:=|<=>|<=|>=|<>|!=|==|<<|>>|->>|->|\|\||&&|=>/y;
const LINE = /[^\r\n]*/y;
const STRING_PREFIX = /^(?:[ebxn]|u&)$/i;

/**
 * The token that begins at `at`, which must lie inside the text; reading on from `end` covers the text without gaps, in linear time.
 * Never throws. Client commands are found by the splitter, which alone knows where a statement begins; only the backslash begins one
 * anywhere.
 */
export function tokenAt(text: string, at: number, rules: DialectRules): Token {
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
  if (char === ';') return token('semicolon', at + 1);
  if (char === "'" || char === '"') return token('quoted', quoteEnd(text, at, char, rules.backslashes === 'strings'));
  if (rules.nameQuotes.includes(char)) return token('quoted', quoteEnd(text, at, char === '[' ? ']' : char, false));
  if (startsLineComment(text, at, rules)) return token('comment', matchEnd(LINE, text, at));
  if (char === '/' && text[at + 1] === '*') {
    const isCode = rules.mysqlComments && text[at + 2] === '!';
    return token(isCode ? 'symbol' : 'comment', commentEnd(text, at, rules.nestedComments));
  }
  if (char === '\\' && (rules.clientCommands === 'psql' || rules.clientCommands === 'delimiter'))
    return token('command', matchEnd(LINE, text, at));
  const number = matchEnd(NUMBER, text, at);
  if (number !== undefined) return token('number', number);
  if (rules.dollarQuotes && char === '$') return dollarToken(text, at, token);
  return token('symbol', rules.freeOperators ? freeOperatorEnd(text, at) : fixedOperatorEnd(text, at));
}

const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;

type MakeToken = (kind: TokenKind, end: number | undefined) => Token;

/** `E'…'`, `X'…'`, `U&'…'` are one token; a space before the quote would make them two. */
function wordOrString(text: string, at: number, end: number, rules: DialectRules, token: MakeToken): Token {
  const quoteAt = /^u$/i.test(text.slice(at, end)) && text[end] === '&' ? end + 1 : end;
  const quote = text[quoteAt];
  const prefix = quoteAt - at <= 2 ? text.slice(at, quoteAt) : '';
  const opens = quote === "'" ? STRING_PREFIX.test(prefix) : quote === '"' && /^u&$/i.test(prefix);
  if (!opens || quote === undefined) return token('word', end);
  const escapes = rules.backslashes === 'strings' || (rules.backslashes === 'escape-strings' && /^e$/i.test(prefix));
  return token('quoted', quoteEnd(text, quoteAt, quote, escapes));
}

function dollarToken(text: string, at: number, token: MakeToken): Token {
  const tagEnd = matchEnd(DOLLAR_TAG, text, at);
  if (tagEnd === undefined) return token('symbol', matchEnd(POSITIONAL, text, at) ?? at + 1);
  const tag = text.slice(at, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return token('quoted', close < 0 ? undefined : close + tag.length);
}

/** The end of a quoted text that begins at `at`; a doubled quote stands for itself. Undefined: it is never closed. */
function quoteEnd(text: string, at: number, quote: string, escapes: boolean): number | undefined {
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text[i];
    if (escapes && char === '\\') i += 1;
    else if (char === quote && (quote === ']' || text[i + 1] !== quote)) return i + 1;
    else if (char === quote) i += 1;
  }
  return undefined;
}

function commentEnd(text: string, at: number, nested: boolean): number | undefined {
  if (!nested) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? undefined : close + 2;
  }
  let depth = 1;
  for (let i = at + 2; i < text.length - 1; i += 1) {
    const pair = text[i] === '*' && text[i + 1] === '/' ? -1 : text[i] === '/' && text[i + 1] === '*' ? 1 : 0;
    if (pair === 0) continue;
    depth += pair;
    i += 1;
    if (depth === 0) return i + 1;
  }
  return undefined;
}

function startsLineComment(text: string, at: number, rules: DialectRules): boolean {
  if (rules.mysqlComments && text[at] === '#') return true;
  if (text[at] !== '-' || text[at + 1] !== '-') return false;
  const next = text[at + 2];
  return !rules.mysqlComments || next === undefined || /\s/.test(next);
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

function fixedOperatorEnd(text: string, at: number): number {
  return matchEnd(FIXED_OPERATOR, text, at) ?? matchEnd(PARAMETER, text, at) ?? at + 1;
}

/** Where a sticky expression that begins at `at` ends; undefined where it does not match there. */
function matchEnd(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}
