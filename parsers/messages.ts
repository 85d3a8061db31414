import type { DialectRules } from './dialect-rules.ts';
import type { Token } from './tokens.ts';

/** Why a token that runs to the end of the text is no good. */
export function unterminatedMessage(text: string, token: Token): string {
  if (token.kind === 'comment') return 'This comment is never closed.';
  const open = text.slice(token.start, token.start + 64);
  const tag = /^\$\w*\$/.exec(open)?.[0];
  if (tag) return `The text that begins with ${tag} is never closed.`;
  return `The quote that opens here (${/['"`[]/.exec(open)?.[0] ?? open[0]}) is never closed.`;
}

export const unterminatedValueMessage = (variable: string): string =>
  `The value of the variable ${variable} opens a quote or comment that it does not close. Close it in the value.`;

export function unfinishedMessage(what: 'body' | 'comment', rules: DialectRules): string {
  if (what === 'comment') return 'The conditional comment in this statement is never closed.';
  const message = 'The body that begins in this statement is never closed with END.';
  if (rules.client === 'mysql')
    return `${message} If a name is taken for a BEGIN, put DELIMITER // before the statement.`;
  return message;
}

/** Settings that change where strings end, so that nobody could split what follows. */
const SETTINGS: Readonly<Partial<Record<DialectRules['client'], { readonly form: RegExp; readonly message: string }>>> =
  {
    psql: {
      form: /^SET\s+(?:(?:SESSION|LOCAL)\s+)?standard_conforming_strings\s*(?:=|\s+TO\s)\s*'?(?:off|false|no|0|f|n)\b/i,
      message:
        "With standard_conforming_strings off, backslashes in strings mean something else, and scripts are not read so. Remove the statement, and write E'…' where a backslash is an escape.",
    },
    mysql: {
      form: /^SET\b[^;]*\bsql_mode\b[^;]*\bNO_BACKSLASH_ESCAPES\b/i,
      message:
        'With NO_BACKSLASH_ESCAPES, backslashes in strings mean something else, and scripts are not read so. Remove the statement, and double the backslashes.',
    },
  };

/** Why a statement that sets something makes the rest of the script unreadable; undefined where it does not. */
export function settingProblem(rules: DialectRules, text: string, keywords: readonly string[]): string | undefined {
  const setting = keywords[0] === 'SET' ? SETTINGS[rules.client] : undefined;
  return setting?.form.test(text.slice(0, 1_000)) ? setting.message : undefined;
}

export const COPY_OPEN = 'The data of this COPY have no end: no line that is only \\. follows.';
export const COPY_BINARY = 'Binary data cannot stand in a script. Use the text or CSV format.';
export const COPY_CROWDED =
  'Nothing may stand behind the semicolon of COPY … FROM stdin: the data begin in the next line.';
export const COPY_IN_VALUE = 'COPY … FROM stdin has to stand in the script itself, not in the value of a variable.';
export const COMMAND_IN_VALUE =
  'The value of a variable has a client command in it. Write the command into the script.';
export const CONDITION =
  '\\if: Which statements would run is not known before the script runs. Write two scripts, or a DO block with IF.';
export const RESTRICTED = 'Between \\restrict and \\unrestrict no other command is allowed.';
