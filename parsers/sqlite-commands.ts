import { type ClientAction, type ClientCommand, nothing, refused } from './client-action.ts';

const PROGRAM = 'A migration runs no program and opens no other file. Remove the line.';
const FILE = 'It reads or writes a file beside the database. Remove the line, or write it as SQL.';
const SHOWS = 'It changes only what the sqlite3 shell shows, and here is none. Remove the line.';

/** Commands that are refused, by the beginning of their names as the shell takes them. */
const REFUSED: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^import$/, 'It reads a file beside the database. Write INSERT statements.'],
  [/^(?:shell|system|load|open|cd|archive|ar|excel|www)$/, PROGRAM],
  [/^(?:backup|clone|dump|output|once|recover|restore|save|log|trace|unmodule)$/, FILE],
  [/^(?:parameter|param)$/, 'Statements have no parameters here. Write the values into the statement.'],
  [/^timeout$/, 'The engine waits for the database by its own rules. Remove the line.'],
  [
    /^(?:binary|changes|databases|dbconfig|dbinfo|eqp|expert|explain|filectrl|fullschema|headers?|help|imposter|indexes|indices|limit|lint|mode|nonce|nullvalue|progress|prompt|scanstats|schema|separator|session|sha3sum|show|stats|tables|timer|version|vfsinfo|vfslist|vfsname|width)$/,
    SHOWS,
  ],
];

/** The dot command in the line from `at` to `lineEnd`; the dot is the first character of a line that no statement stands in. */
export function sqliteCommandAt(text: string, at: number, lineEnd: number): ClientCommand {
  const line = text.slice(at, lineEnd).trimEnd();
  const words = shellWords(line.slice(1));
  return { action: actionOf(words), end: lineEnd, normal: line };
}

function actionOf([name = '', ...values]: readonly string[]): ClientAction {
  const [first = ''] = values;
  switch (name) {
    case 'print':
      return { type: 'echo', text: values.join(' ') };
    case 'echo':
      return nothing;
    case 'bail':
      return /^(?:on|yes|1|true)?$/i.test(first)
        ? nothing
        : refused('.bail off: A migration always stops at its first error. Remove the line.');
    case 'read':
      return readAction(first);
    case 'quit':
    case 'exit':
      return { type: 'end' };
    default: {
      const reason = REFUSED.find(([names]) => names.test(name))?.[1];
      return refused(
        reason
          ? `.${name}: ${reason}`
          : `.${name} is a command of the sqlite3 shell, not SQL, and is not understood here. Remove the line or write it as SQL.`,
      );
    }
  }
}

function readAction(path: string): ClientAction {
  if (path === '') return refused('.read needs the path of a file.');
  if (path.startsWith('|')) return refused('.read from a program: A migration runs no program. Read a file.');
  return { type: 'include', path, relative: false };
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The words of a line as the shell reads them: `'…'` as it is, `"…"` with backslash escapes. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'?|"((?:[^"\\]|\\.)*)"?|(\S+)/g)].map(
    ([, single, double, plain]) =>
      single ?? double?.replace(/\\(.)/g, (_, char: string) => ESCAPED[char] ?? char) ?? plain ?? '',
  );
}
