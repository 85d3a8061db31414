import { type ClientAction, nothing, refused } from './client-action.ts';

/** Commands of isql that its SET knows besides the server's own; the shown forms are abbreviated as isql allows. */
const SHOWING =
  /^SET (?:BLOB(?:DISPLAY)?|COUNT|ECHO|EXPLAIN|HEADING|LIST|PER_TABLE_STATS|PER_TAB|PLAN|PLANONLY|ROWCOUNT|MAXROWS|SQLDA_DISPLAY|STATS|TIME|WIDTH|WARNINGS?|WNG|KEEP_TRAN_PARAMS|KEEP_TRAN)(?: |$)/;

const REFUSED: readonly (readonly [words: RegExp, message: string])[] = [
  [/^CONNECT /, 'CONNECT: a migration runs in the connection of its target. Remove the statement.'],
  [
    /^CREATE DATABASE(?: |$)/,
    'CREATE DATABASE is done by isql, and a migration runs in a database that is there. Remove the statement.',
  ],
  [
    /^DROP DATABASE(?: |$)/,
    'DROP DATABASE: a migration does not drop the database that it runs in. Remove the statement.',
  ],
  [/^SHOW(?: |$)/, 'SHOW only shows something in isql. Remove it, or query the system tables.'],
  [/^(?:OUT|OUTPUT)(?: |$)/, 'OUTPUT writes results into a file, and a migration writes none. Remove it.'],
  [/^(?:SHELL|EDIT)(?: |$)/, 'A migration runs no program. Remove the command, or use a step of the type command.'],
  [/^(?:BLOBDUMP|BLOBVIEW) /, 'It shows or stores a BLOB on the machine of the client. Remove it.'],
  [
    /^QUIT(?: |$)/,
    'QUIT rolls back what isql has not committed, and here every statement is committed by itself. Use EXIT.',
  ],
  [/^(?:ADD|COPY) /, 'It is a command of isql that asks or starts programs. Write CREATE TABLE and INSERT.'],
  [/^HELP(?: |$)/, 'HELP only shows something in isql. Remove it.'],
];

/**
 * What isql would do itself with a statement instead of sending it; undefined where the statement is the server's. `words` are its first
 * words, `text` the whole of it without its terminator. Spec: Firebird's manual of isql.
 */
export function isqlAction(text: string, words: readonly string[]): ClientAction | undefined {
  const first = words[0];
  if (first === 'SET') return setAction(text, words.join(' '));
  if (first === 'INPUT' || first === 'IN') return inputAction(text);
  if (first === 'EXIT' && words.length === 1) return { type: 'end' };
  const line = `${words.join(' ')}${words.length > 1 ? '' : ' '}`;
  const message = REFUSED.find(([form]) => form.test(line))?.[1];
  return message === undefined ? undefined : refused(message);
}

function setAction(text: string, words: string): ClientAction | undefined {
  if (/^SET TERM(?:I|IN|INA|INAT|INATO|INATOR)?\b/.test(words)) {
    return { type: 'delimiter', text: text.split(/\s+/, 3)[2] ?? ';' };
  }
  if (/^SET (?:TIME ZONE|STATISTICS)\b/.test(words)) return undefined;
  if (/^SET (?:AUTODDL|AUTO)(?: ON| OFF|$)/.test(words)) return nothing;
  if (/^SET BAIL\b/.test(words)) {
    return words === 'SET BAIL OFF'
      ? refused('SET BAIL OFF: A migration always stops at its first error. Remove it.')
      : nothing;
  }
  if (/^SET NAMES\b/.test(words)) {
    return /^SET NAMES UTF8$/.test(words)
      ? nothing
      : refused('SET NAMES: scripts are read and sent as UTF8. Store the file as UTF-8 and remove it.');
  }
  if (/^SET SQL DIALECT\b/.test(words)) {
    return /\b3\s*$/.test(text) ? nothing : refused('SET SQL DIALECT: only dialect 3 is spoken here. Remove it.');
  }
  return SHOWING.test(words) ? nothing : undefined;
}

/** `INPUT path`, in quotes or without. */
function inputAction(text: string): ClientAction {
  const path = text.replace(/^\w+\s*/, '').replace(/^(['"])(.*)\1$/s, (_, __, inner: string) => inner);
  return path === '' ? refused('INPUT needs the path of a file.') : { type: 'include', path, relative: false };
}
