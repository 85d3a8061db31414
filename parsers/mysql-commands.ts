import { type ClientAction, type ClientCommand, nothing, refused } from './client-action.ts';

/** Commands by their names and, behind a backslash, by their letters. */
const LETTERS: Readonly<Record<string, string>> = {
  '?': 'help',
  '!': 'system',
  '.': 'source',
  '-': 'sandbox',
  c: 'clear',
  C: 'charset',
  d: 'delimiter',
  e: 'edit',
  g: 'go',
  G: 'ego',
  h: 'help',
  n: 'nopager',
  p: 'print',
  P: 'pager',
  q: 'quit',
  r: 'connect',
  R: 'prompt',
  s: 'status',
  t: 'notee',
  T: 'tee',
  u: 'use',
  w: 'nowarning',
  W: 'warnings',
  x: 'resetconnection',
  '#': 'rehash',
};

const REFUSED: Readonly<Record<string, string>> = {
  clear: 'It throws away what is written of a statement. Remove that text and the line.',
  edit: 'It opens an editor. Remove the line.',
  pager: 'It sends results to a program. Remove the line.',
  resetconnection: 'It would end the lock under which the migration runs. Set back what was set with SET.',
  system: 'A migration runs no program. Use a step of the type command.',
  tee: 'It writes results into a file. Remove the line.',
};

/** Commands that only show something or say how the client shows it. */
const SHOWING = /^(?:costs|help|nopager|notee|nowarning|print|prompt|rehash|status|warnings|sandbox)$/;
const NAMED =
  /(charset|clear|connect|costs|delimiter|edit|ego|exit|go|help|nopager|notee|nowarning|pager|print|prompt|quit|rehash|resetconnection|sandbox|source|status|system|tee|use|warnings)(?![\w$.(=@`])[ \t\f\v\r]*/iy;

/** Where the command stands: from `at` to the end of its line at the most. */
interface Line {
  readonly text: string;
  readonly at: number;
  readonly lineEnd: number;
  readonly delimiter: string;
}

/** A command by its name, which may stand only where a statement may begin; undefined where `at` is SQL. */
export function mysqlCommandAt(line: Line): ClientCommand | undefined {
  NAMED.lastIndex = line.at;
  const name = NAMED.exec(line.text)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return command(name, Math.min(NAMED.lastIndex, line.lineEnd), line, false);
}

/** A command by its letter, which begins with the backslash at `at`. */
export function mysqlLetterAt(line: Line, hasStatement: boolean): ClientCommand {
  const letter = line.text[line.at + 1] ?? '';
  const name = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
  const end = Math.min(line.at + 2, line.lineEnd);
  if (name === undefined) {
    const action = refused(
      `\\${letter} is not a command of the mysql client, and no SQL. A backslash stands only in quotes.`,
    );
    return { action, end, normal: `\\${letter}` };
  }
  if (name === 'go' || name === 'ego') {
    const empty = refused(`\\${letter} ends a statement, and there is none before it. Remove it.`);
    return { action: hasStatement ? { type: 'terminate' } : empty, end, normal: undefined };
  }
  return command(name, end, line, true);
}

function command(name: string, from: number, line: Line, isLetter: boolean): ClientCommand {
  const { text, at, lineEnd, delimiter } = line;
  const rest = text.slice(from, lineEnd);
  if (name === 'delimiter') return { action: delimiterAction(rest), end: lineEnd, normal: undefined };
  const cut = rest.indexOf(delimiter);
  const argument = (cut < 0 ? rest : rest.slice(0, cut)).trim();
  const end = cut < 0 ? lineEnd : from + cut + delimiter.length;
  const written = isLetter ? text.slice(at, at + 2) : name;
  return { action: actionOf(name, argument), end, normal: argument === '' ? written : `${written} ${argument}` };
}

function actionOf(name: string, argument: string): ClientAction {
  if (SHOWING.test(name)) return nothing;
  switch (name) {
    case 'source':
      return argument === ''
        ? refused('source needs the path of a file.')
        : { type: 'include', path: argument, relative: false };
    case 'use':
      return useAction(argument);
    case 'connect':
      return connectAction(argument);
    case 'charset':
      return /^utf8(?:mb[34])?$/i.test(argument)
        ? nothing
        : refused(`charset ${argument}: scripts are read as UTF-8. Store the file as UTF-8 and remove the line.`);
    case 'quit':
    case 'exit':
      return { type: 'end' };
    case 'go':
    case 'ego':
      return refused(`${name} ends a statement, and there is none before it. Remove it.`);
    default:
      return refused(`${name}: ${REFUSED[name] ?? 'It is a command of the mysql client, not SQL. Remove the line.'}`);
  }
}

/** The word behind `DELIMITER`, in quotes or up to white space. */
function delimiterAction(rest: string): ClientAction {
  const [, single, double, back, plain] = /^\s*(?:'([^']*)'|"([^"]*)"|`([^`]*)`|(\S+))/.exec(rest) ?? [];
  const text = single ?? double ?? back ?? plain ?? '';
  if (text === '') return refused('DELIMITER needs the text that will end statements, such as //.');
  if (text.includes('\\')) return refused('DELIMITER cannot have a backslash. Use another text, such as //.');
  return { type: 'delimiter', text };
}

function useAction(argument: string): ClientAction {
  const database = unquoted(argument);
  return database === '' ? refused('USE needs the name of a database.') : { type: 'connect', database };
}

function connectAction(argument: string): ClientAction {
  const [database = '-', host] = argument.split(/\s+/);
  if (host) return refused('connect with a host: a migration runs in the connection of its target. Remove the line.');
  return { type: 'connect', database: unquoted(database) || '-' };
}

/** A name without the quotes around it. */
const unquoted = (name: string): string => name.replace(/^([`"'])(.*)\1$/s, (_, __, inner: string) => inner);
