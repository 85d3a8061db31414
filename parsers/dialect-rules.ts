import type { Backend } from '../core/index.ts';

/** How the text of a dialect is cut into tokens and statements. */
export interface DialectRules {
  /** `$tag$ … $tag$` strings. */
  readonly dollarQuotes: boolean;
  /** `q'{ … }'` strings. */
  readonly alternativeQuotes: boolean;
  /** Block comments may stand inside block comments. */
  readonly nestedComments: boolean;
  /** `#` begins a comment, `--` only before white space, and a block comment that begins with `!` is code. */
  readonly mysqlComments: boolean;
  /** A lone CR ends a `--` comment, as in PostgreSQL; the others read on to the LF. */
  readonly carriageReturnEndsComment: boolean;
  /** Where a backslash hides the next character: in `E'…'` only, in every string, or nowhere. */
  readonly backslashes: 'escape-strings' | 'strings' | 'none';
  /** Characters that open a quoted name besides `"`. */
  readonly nameQuotes: string;
  /** Operators are maximal runs of operator characters, as in PostgreSQL; otherwise a fixed list. */
  readonly freeOperators: boolean;
  /** Characters that begin a parameter or variable, such as `@name`. */
  readonly parameters: RegExp;
  /** Semicolons inside round brackets do not end a statement. */
  readonly bracketsHold: boolean;
  /** What a body with semicolons of its own looks like. */
  readonly bodies: 'begin-atomic' | 'trigger' | 'compound' | 'psql';
  /** The vendor's own client, whose commands may stand in scripts. */
  readonly client: 'psql' | 'sqlite3' | 'mysql' | 'isql';
}

const generic: DialectRules = {
  dollarQuotes: false,
  alternativeQuotes: false,
  nestedComments: false,
  mysqlComments: false,
  carriageReturnEndsComment: false,
  backslashes: 'none',
  nameQuotes: '',
  freeOperators: false,
  parameters: /[@:$]{1,2}\w+/y,
  bracketsHold: false,
  bodies: 'trigger',
  client: 'sqlite3',
};

const postgresql: DialectRules = {
  ...generic,
  dollarQuotes: true,
  nestedComments: true,
  carriageReturnEndsComment: true,
  backslashes: 'escape-strings',
  freeOperators: true,
  bracketsHold: true,
  bodies: 'begin-atomic',
  client: 'psql',
};

const mysql: DialectRules = {
  ...generic,
  mysqlComments: true,
  backslashes: 'strings',
  nameQuotes: '`',
  parameters: /@{1,2}[\w$]+/y,
  bodies: 'compound',
  client: 'mysql',
};

const firebird: DialectRules = { ...generic, alternativeQuotes: true, bodies: 'psql', client: 'isql' };

const RULES: Readonly<Record<Backend, DialectRules>> = {
  postgresql,
  sqlite: { ...generic, nameQuotes: '`[' },
  mysql,
  firebird,
  scratchbird: firebird,
};

export const dialectRules = (dialect: Backend): DialectRules => RULES[dialect];
