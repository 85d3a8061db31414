/** The end of a quoted text that begins at `at`; a doubled quote stands for itself. Undefined: it is never closed. */
export function quoteEnd(text: string, at: number, quote: string, escapes: boolean): number | undefined {
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text[i];
    if (escapes && char === '\\') i += 1;
    else if (char === quote && (quote === ']' || text[i + 1] !== quote)) return i + 1;
    else if (char === quote) i += 1;
  }
  return undefined;
}

/**
 * The end of PostgreSQL's `E'…'`, whose quote stands at `at`. Strings that follow with a line end between go on with it, and a backslash
 * hides the next character in them too.
 */
export function escapeStringEnd(text: string, at: number): number | undefined {
  for (let quote: number | undefined = at; quote !== undefined; ) {
    const end = quoteEnd(text, quote, "'", true);
    if (end === undefined) return undefined;
    quote = continuedAt(text, end);
    if (quote === undefined) return end;
  }
  return undefined;
}

/** Where a string goes on behind `from`: at the next quote, if only white space with a line end stands between. */
function continuedAt(text: string, from: number): number | undefined {
  let crossed = false;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === "'") return crossed ? i : undefined;
    if (char === '\n' || char === '\r') crossed = true;
    else if (char !== ' ' && char !== '\t' && char !== '\f' && char !== '\v') return undefined;
  }
  return undefined;
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** The end of Firebird's `q'{ … }'`, whose quote stands at `at`; the character behind the quote says which pair closes it. */
export function alternativeQuoteEnd(text: string, at: number): number | undefined {
  const opening = text[at + 1];
  if (opening === undefined) return undefined;
  const close = text.indexOf(`${CLOSING[opening] ?? opening}'`, at + 2);
  return close < 0 ? undefined : close + 2;
}

/** The end of a block comment that begins at `at`. Undefined: it is never closed. */
export function commentEnd(text: string, at: number, nested: boolean): number | undefined {
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
