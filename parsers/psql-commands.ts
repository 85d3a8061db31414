import { type ClientAction, type ClientCommand, nothing, refused } from './client-action.ts';
import { type PsqlArguments, psqlArguments } from './psql-arguments.ts';
import { setAction, unsetAction } from './psql-settings.ts';
import type { Variables } from './psql-variables.ts';

/** Commands that only show something or say how psql shows it. */
const SHOWING = new Set(
  `a C conninfo copyright errverbose f h H html help l l+ list list+ p print pset sf sf+ sv sv+ t T timing x z ? s dt`.split(
    ' ',
  ),
);

/** Commands that are refused, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  gexec:
    'It runs the rows of a query as statements, which nobody can look at beforehand. Write the statements, or a DO block that executes them.',
  gset: 'It puts the result of a query into variables while the script runs. Use a DO block, or a subquery in the statement.',
  gdesc: 'It only describes a result. End the statement with a semicolon.',
  copy: 'It reads or writes a file on the machine of the client. Use COPY … FROM stdin with the data behind it in the script.',
  '!': 'A migration runs no program. Use a step of the type command.',
  o: 'It writes results into a file or a program, and a migration writes none. Remove the line.',
  out: 'It writes results into a file or a program, and a migration writes none. Remove the line.',
  w: 'It writes a file, and a migration writes none. Remove the line.',
  write: 'It writes a file, and a migration writes none. Remove the line.',
  e: 'It opens an editor. Remove the line.',
  edit: 'It opens an editor. Remove the line.',
  ef: 'It opens an editor. Remove the line.',
  ev: 'It opens an editor. Remove the line.',
  r: 'It throws away what is written of a statement. Remove that text and the line.',
  reset: 'It throws away what is written of a statement. Remove that text and the line.',
  cd: 'Files are found by their path from the project, or from the script with \\ir. Remove the line and write such paths.',
  getenv:
    'A script that depends on the environment is not the one that was planned. Use variables of the target and placeholders.',
  setenv: 'A migration runs no program that would see it. Remove the line.',
  prompt: 'Nobody can be asked while a migration runs. Use variables of the target and placeholders.',
  password:
    'Nobody can be asked while a migration runs. Use ALTER ROLE outside of migrations, so that the password is not kept with them.',
  watch: 'It repeats a statement without end. End the statement with a semicolon.',
  crosstabview: 'It only shows a result. End the statement with a semicolon.',
  bind: 'Statements have no parameters here. Write the values into the statement.',
  parse: 'Prepared statements of psql are not known here. Use PREPARE and EXECUTE.',
  lo_import: 'It reads a file on the machine of the client. Use lo_from_bytea.',
  lo_export: 'It writes a file, and a migration writes none.',
  lo_unlink: 'Use SELECT lo_unlink(…) instead.',
  '.': 'It ends the data of COPY … FROM stdin, and none is open here.',
};

/** The backslash command at `at`, which has `hasStatement` text of a statement before it. Spec: the manual of psql, "Meta-Commands". */
export function psqlCommandAt(
  text: string,
  at: number,
  lineEnd: number,
  context: { readonly variables: Variables; readonly hasStatement: boolean },
): ClientCommand {
  const name = /^[^\s\\]*/.exec(text.slice(at + 1, Math.min(at + 33, lineEnd)))?.[0] ?? '';
  const nameEnd = at + 1 + name.length;
  if (isWholeLine(name)) {
    const line = text.slice(at, lineEnd).trimEnd();
    return { action: refused(`\\${name}: ${REFUSED[name] ?? ''}`), end: lineEnd, normal: line };
  }
  const given = psqlArguments(text, nameEnd, lineEnd, context.variables);
  const action = given.problem ? refused(`\\${name}: ${given.problem}`) : actionOf(name, given, context.hasStatement);
  return { action, end: Math.max(given.end, nameEnd), normal: [`\\${name}`, ...given.written].join(' ') };
}

/** Their argument is the rest of the line, backslashes and all. */
const isWholeLine = (name: string): boolean => ['!', 'copy', 'ef', 'ev'].includes(name);

function actionOf(name: string, given: PsqlArguments, hasStatement: boolean): ClientAction {
  const { values } = given;
  switch (name) {
    case 'set':
      return setAction(values);
    case 'unset':
      return unsetAction(values);
    case 'echo':
    case 'qecho':
    case 'warn':
      return { type: 'echo', text: (values[0] === '-n' && !given.isFirstQuoted ? values.slice(1) : values).join(' ') };
    case 'i':
    case 'include':
    case 'ir':
    case 'include_relative':
      return includeAction(name, values);
    case 'c':
    case 'connect':
      return connectAction(values);
    case 'encoding':
      return encodingAction(values);
    case 'g':
    case 'gx':
      return terminateAction(name, values, hasStatement);
    case 'q':
    case 'quit':
      return { type: 'end' };
    case 'if':
    case 'elif':
    case 'else':
    case 'endif':
      return { type: 'condition', word: name };
    case 'restrict':
    case 'unrestrict':
      return values[0] ? { type: name, key: values[0] } : refused(`\\${name} needs a key.`);
    default:
      return otherAction(name, values);
  }
}

function otherAction(name: string, values: readonly string[]): ClientAction {
  if ((name === 'o' || name === 'out') && values.length === 0) return nothing;
  if (SHOWING.has(name) || /^(?:d[A-Za-z]*[S+]*|lo_list\+?)$/.test(name)) return nothing;
  const reason = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  return refused(
    reason
      ? `\\${name}: ${reason}`
      : `\\${name} is a command of psql, not SQL, and is not understood here. Remove the line or write it as SQL.`,
  );
}

/** As psql does with the arguments of most commands: semicolons at the end belong to the habit of writing them, not to the name. */
const withoutSemicolons = (value: string): string => value.replace(/;+$/, '');

function includeAction(name: string, [path = '']: readonly string[]): ClientAction {
  const file = withoutSemicolons(path);
  if (file === '') return refused(`\\${name} needs the path of a file.`);
  if (file === '-') return refused(`\\${name} -: a migration has no standard input. Write the path of a file.`);
  return { type: 'include', path: file, relative: name === 'ir' || name === 'include_relative' };
}

function connectAction(values: readonly string[]): ClientAction {
  const [database = '-', ...others] = values.map((value) => unquotedName(withoutSemicolons(value)));
  if (others.some((value) => value !== '-' && value !== '')) {
    return refused(
      '\\connect with a user, host or port: a migration runs in the connection of its target. Remove the line, or write only the database.',
    );
  }
  if (database.startsWith('-reuse-previous') || database.includes('=') || /^postgres(?:ql)?:\/\//.test(database)) {
    return refused(
      '\\connect with a connection string: a migration runs in the connection of its target. Remove the line, or write only the database.',
    );
  }
  return { type: 'connect', database: database === '' ? '-' : database };
}

/** Double quotes around a name are taken away; without them its case is kept. */
const unquotedName = (value: string): string =>
  value.replace(/"((?:[^"]|"")*)"/g, (_, name: string) => name.replaceAll('""', '"'));

function encodingAction([encoding]: readonly string[]): ClientAction {
  if (encoding === undefined || /^(?:utf-?8|unicode);*$/i.test(encoding)) return nothing;
  return refused(`\\encoding ${encoding}: scripts are read as UTF-8. Store the file as UTF-8 and remove the line.`);
}

function terminateAction(name: string, values: readonly string[], hasStatement: boolean): ClientAction {
  if (values.length > 0) {
    return refused(
      `\\${name} with an argument sends the result into a file or a program. End the statement with a semicolon.`,
    );
  }
  if (!hasStatement)
    return refused(`\\${name} sends the statement before it once more. Write it again, or remove the line.`);
  return { type: 'terminate' };
}
