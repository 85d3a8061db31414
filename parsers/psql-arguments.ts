import { isSetByPsql, type Variables, variableText, variableUseAt } from './psql-variables.ts';

/** The arguments of a backslash command, read by psql's own rules. */
export interface PsqlArguments {
  readonly values: readonly string[];
  /** As they are written, each without the space around it. */
  readonly written: readonly string[];
  /** The first one began with a quote, so that `"-n"` is no option. */
  readonly isFirstQuoted: boolean;
  /** Behind the last one, and behind `\\` where that separates the command from SQL on its line. */
  readonly end: number;
  /** Why they cannot be read. */
  readonly problem: string | undefined;
}

const SPACE = /[ \t\r\f\v]/;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f' };

interface Argument {
  readonly value: string;
  readonly end: number;
  readonly problem?: string;
}

/**
 * Reads what stands between `at` and `lineEnd`, up to an unquoted backslash, which begins the next command. `'…'` knows backslash
 * escapes, `"…"` keeps its quotes, `:name` stands for a variable's value, and pieces without space between them are one argument.
 */
export function psqlArguments(text: string, at: number, lineEnd: number, variables: Variables): PsqlArguments {
  const values: string[] = [];
  const written: string[] = [];
  let isFirstQuoted = false;
  let problem: string | undefined;
  let from = at;
  for (;;) {
    while (from < lineEnd && SPACE.test(text[from] ?? '')) from += 1;
    if (from >= lineEnd || text[from] === '\\') break;
    if (values.length === 0) isFirstQuoted = /['"]/.test(text[from] ?? '');
    const argument = argumentAt(text, from, lineEnd, variables);
    values.push(argument.value);
    written.push(text.slice(from, argument.end));
    problem ??= argument.problem;
    from = argument.end;
  }
  const isSeparator = from + 1 < lineEnd && text.startsWith('\\\\', from);
  return { values, written, isFirstQuoted, end: isSeparator ? from + 2 : from, problem };
}

function argumentAt(text: string, at: number, lineEnd: number, variables: Variables): Argument {
  const parts: string[] = [];
  let problem: string | undefined;
  let from = at;
  while (from < lineEnd) {
    const char = text[from] ?? '';
    if (char === '\\' || SPACE.test(char)) break;
    const piece =
      char === "'"
        ? singleQuoted(text, from, lineEnd)
        : char === '"'
          ? doubleQuoted(text, from, lineEnd)
          : char === '`'
            ? backQuoted(text, from, lineEnd)
            : char === ':'
              ? variable(text, from, lineEnd, variables)
              : { value: char, end: from + 1 };
    parts.push(piece.value);
    problem ??= piece.problem;
    from = piece.end;
  }
  return { value: parts.join(''), end: from, ...(problem !== undefined && { problem }) };
}

const unterminated = (text: string, at: number, end: number): Argument => ({
  value: text.slice(at, end),
  end,
  problem: 'A quote in it is not closed on its line.',
});

function singleQuoted(text: string, at: number, lineEnd: number): Argument {
  const parts: string[] = [];
  for (let i = at + 1; i < lineEnd; i += 1) {
    const char = text[i] ?? '';
    if (char === '\\') {
      const sequence = /^\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([^\n]))/.exec(text.slice(i, Math.min(i + 4, lineEnd)));
      if (!sequence) return unterminated(text, at, lineEnd);
      parts.push(escapedText(sequence));
      i += sequence[0].length - 1;
    } else if (char !== "'") parts.push(char);
    else if (text[i + 1] === "'" && i + 1 < lineEnd) {
      parts.push("'");
      i += 1;
    } else return { value: parts.join(''), end: i + 1 };
  }
  return unterminated(text, at, lineEnd);
}

function escapedText([, octal, hex, other = '']: RegExpExecArray): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return ESCAPED[other] ?? other;
}

function doubleQuoted(text: string, at: number, lineEnd: number): Argument {
  const close = indexBefore(text, '"', at + 1, lineEnd);
  return close === undefined ? unterminated(text, at, lineEnd) : { value: text.slice(at, close + 1), end: close + 1 };
}

function backQuoted(text: string, at: number, lineEnd: number): Argument {
  const close = indexBefore(text, '`', at + 1, lineEnd);
  const problem = 'Text in backquotes is a program that psql would run, and a migration runs none.';
  return { value: '', end: close === undefined ? lineEnd : close + 1, problem };
}

function variable(text: string, at: number, lineEnd: number, variables: Variables): Argument {
  const use = variableUseAt(text, at);
  const asWritten = { value: ':', end: at + 1 };
  if (!use || use.end > lineEnd) return asWritten;
  const value = variables.get(use.name);
  if (use.form === 'test') return { value: value === undefined ? 'FALSE' : 'TRUE', end: use.end };
  if (value === undefined) {
    const unset = { value: text.slice(at, use.end), end: use.end };
    return isSetByPsql(use.name) ? { ...unset, problem: unknownOfPsql(use.name) } : unset;
  }
  if (!variables.mayInsert(value)) return { value: '', end: use.end, problem: TOO_MUCH };
  return { value: variableText(use.form, value), end: use.end };
}

/** The offset of a character from `from` on and before `end`, without looking further. */
function indexBefore(text: string, char: string, from: number, end: number): number | undefined {
  for (let i = from; i < end; i += 1) if (text[i] === char) return i;
  return undefined;
}

export const TOO_MUCH = 'The values of variables make the script longer by more than 4 million characters. Use fewer.';

export const unknownOfPsql = (name: string): string =>
  `The variable ${name} is set by psql itself, and here is no psql. Use a function of the server, such as current_database() or current_user, or set it in the script with \\set ${name} value.`;
