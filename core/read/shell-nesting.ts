/** Where something that was opened in a text for the shell ends. */
export type ShellEnd =
  /** The offset behind it. */
  | { readonly type: 'ended'; readonly end: number }
  | { readonly type: 'open' }
  /** Shells do not agree on it, or only one that knows all of their grammar could tell. `what` names it. */
  | { readonly type: 'unclear'; readonly what: string };

const DEEPEST = 50;
const PARAMETER = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y;

/** The end of what begins with the `$` at an offset; a `$` that stands for itself ends behind itself. `isQuoted`: inside double quotes. */
export function endOfDollar(text: string, at: number, isQuoted: boolean, depth = 0): ShellEnd {
  if (depth > DEEPEST) return unclear('more than 50 nested expansions');
  if (text.startsWith('$((', at)) return endOfArithmetic(text, at + 3);
  if (text.startsWith('$(', at)) return endOfSubstitution(text, at + 2, depth + 1);
  if (text.startsWith('${', at)) return endOfExpansion(text, at + 2, isQuoted, depth + 1);
  if (text.startsWith('$[', at)) return unclear('$[');
  if (text.startsWith("$'", at) && !isQuoted) return endOfEscapedQuotes(text, at + 2);
  PARAMETER.lastIndex = at + 1;
  return ended(at + 1 + (PARAMETER.exec(text)?.[0].length ?? 0));
}

/** The end of `$(…)`, `<(…)` or `>(…)`, from the offset behind its parenthesis. */
export function endOfSubstitution(text: string, from: number, depth = 0): ShellEnd {
  let open = 1;
  let isWordStart = true;
  for (let at = from; at < text.length; ) {
    if (isWordStart && text[at] === '#') {
      at = endOfLine(text, at);
      continue;
    }
    if (isWordStart && startsCase(text, at)) return unclear('"case" inside of $(…)');
    if (text.startsWith('<<', at)) return unclear('"<<" inside of $(…)');
    const step = endOfStep(text, at, depth);
    if (step.type !== 'ended') return step;
    if (text[at] === '(') open += 1;
    if (text[at] === ')') open -= 1;
    if (open === 0) return step;
    if (!text.startsWith('\\\n', at)) isWordStart = /[\s;&|()<>]/.test(text.charAt(at));
    at = step.end;
  }
  return { type: 'open' };
}

/** The end of a text in double quotes, from the offset behind the first. */
export function endOfDoubleQuotes(text: string, from: number, depth = 0): ShellEnd {
  for (let at = from; at < text.length; ) {
    if (text[at] === '"') return ended(at + 1);
    const step = text[at] === "'" ? ended(at + 1) : endOfStep(text, at, depth, true);
    if (step.type !== 'ended') return step;
    at = step.end;
  }
  return { type: 'open' };
}

/** The end of a text in single quotes, from the offset behind the first. */
export const endOfSingleQuotes = (text: string, from: number): ShellEnd => {
  const at = text.indexOf("'", from);
  return at === -1 ? { type: 'open' } : ended(at + 1);
};

/** The end of a text in backticks, from the offset behind the first: quotes do not protect a backtick, a backslash does. */
export function endOfBackticks(text: string, from: number): ShellEnd {
  for (let at = from; at < text.length; at += text[at] === '\\' ? 2 : 1) if (text[at] === '`') return ended(at + 1);
  return { type: 'open' };
}

/** The offset of the line end at or behind an offset, or of the text's end. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

const ended = (end: number): ShellEnd => ({ type: 'ended', end });
const unclear = (what: string): ShellEnd => ({ type: 'unclear', what });
const startsCase = (text: string, at: number): boolean => /^case(?![\w./=-])/.test(text.slice(at, at + 5));

/** The end of the character at an offset, and of what it opens. */
function endOfStep(text: string, at: number, depth: number, isQuoted = false): ShellEnd {
  switch (text[at]) {
    case '\\':
      return ended(Math.min(at + 2, text.length));
    case "'":
      return endOfSingleQuotes(text, at + 1);
    case '"':
      return endOfDoubleQuotes(text, at + 1, depth + 1);
    case '`':
      return endOfBackticks(text, at + 1);
    case '$':
      return endOfDollar(text, at, isQuoted, depth + 1);
    default:
      return ended(at + 1);
  }
}

/** Behind `${`. In double quotes, shells differ in what quotes mean in there. */
function endOfExpansion(text: string, from: number, isQuoted: boolean, depth: number): ShellEnd {
  if (/[\s|]/.test(text.charAt(from))) return unclear('a ${ that begins with a blank or |');
  for (let at = from; at < text.length; ) {
    if (text[at] === '}') return ended(at + 1);
    if (isQuoted && (text[at] === '"' || text[at] === "'")) return unclear('quotes inside of "${…}"');
    const step = endOfStep(text, at, depth, isQuoted);
    if (step.type !== 'ended') return step;
    at = step.end;
  }
  return { type: 'open' };
}

/** Behind `$((`, which may as well be a subshell inside of `$(…)`: it is followed only where that makes no difference. */
function endOfArithmetic(text: string, from: number): ShellEnd {
  let open = 2;
  for (let at = from; at < text.length; at += 1) {
    if (/['"`\\#\n]/.test(text.charAt(at)) || /^\$[({[]/.test(text.slice(at, at + 2)))
      return unclear('quotes, # or another $(…) inside of $((…))');
    if (text[at] === '(') open += 1;
    if (text[at] === ')') open -= 1;
    if (open === 0) return ended(at + 1);
  }
  return { type: 'open' };
}

/** Behind `$'`, where a backslash protects a quote in some shells and not in others. */
function endOfEscapedQuotes(text: string, from: number): ShellEnd {
  const end = endOfSingleQuotes(text, from);
  return end.type === 'ended' && text.slice(from, end.end).includes('\\') ? unclear("a backslash inside of $'…'") : end;
}
