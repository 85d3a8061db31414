import type { ClientAction, ClientCommand } from './client-action.ts';
import type { DialectRules } from './dialect-rules.ts';
import { isqlAction } from './isql-commands.ts';
import { mysqlCommandAt, mysqlLetterAt } from './mysql-commands.ts';
import { psqlCommandAt } from './psql-commands.ts';
import type { Variables } from './psql-variables.ts';
import { sqliteCommandAt } from './sqlite-commands.ts';

export interface CommandPlace {
  readonly text: string;
  readonly at: number;
  readonly rules: DialectRules;
  readonly delimiter: string;
  /** Where the line that `at` stands in ends. */
  readonly lineEnd: () => number;
  readonly variables: Variables;
  /** Text of a statement stands before it that no delimiter has ended. */
  readonly hasStatement: boolean;
}

/** A command that begins where a statement may begin; undefined where SQL stands there. */
export function commandInsteadOfStatement(place: CommandPlace): ClientCommand | undefined {
  const { text, at, rules, delimiter, lineEnd } = place;
  if (rules.client === 'sqlite3' && isLineStart(text, at) && /[A-Za-z]/.test(text[at + 1] ?? '') && text[at] === '.') {
    return sqliteCommandAt(text, at, lineEnd());
  }
  if (rules.client === 'mysql' && /[a-z]/i.test(text[at] ?? '')) {
    return mysqlCommandAt({ text, at, lineEnd: lineEnd(), delimiter });
  }
  return undefined;
}

/** Where a comment ends that only the client knows and takes away: a line that begins with `#`, or `--` without a space behind it. */
export function clientCommentEnd({ text, at, rules, lineEnd }: CommandPlace): number | undefined {
  const isComment =
    rules.client === 'sqlite3'
      ? text[at] === '#' && isLineStart(text, at)
      : rules.client === 'mysql' && text.startsWith('--', at);
  return isComment ? lineEnd() : undefined;
}

/** The command that begins with the backslash at `at`. */
export function backslashCommand(place: CommandPlace): ClientCommand {
  const { text, at, rules, delimiter, variables, hasStatement } = place;
  const lineEnd = place.lineEnd();
  return rules.client === 'mysql'
    ? mysqlLetterAt({ text, at, lineEnd, delimiter }, hasStatement)
    : psqlCommandAt(text, at, lineEnd, { variables, hasStatement });
}

/** What the client would do itself with a whole statement; undefined where it would send it. */
export const actionInsteadOf = (
  rules: DialectRules,
  text: string,
  keywords: readonly string[],
): ClientAction | undefined => (rules.client === 'isql' ? isqlAction(text, keywords) : undefined);

const isLineStart = (text: string, at: number): boolean =>
  at === 0 || text[at - 1] === '\n' || (at === 1 && text[0] === '\ufeff');
