import type { Backend } from '../core/index.ts';

/** How the text of a dialect is cut into tokens and statements. */
export interface DialectRules {
  /** `$tag$ … $tag$` strings. */
  readonly dollarQuotes: boolean;
  /** Block comments may stand inside block comments. */
  readonly nestedComments: boolean;
  /** `#` begins a comment, `--` only before white space, and a block comment that begins with `!` is code. */
  readonly mysqlComments: boolean;
  /** Where a backslash hides the next character: in `E'…'` only, in every string, or nowhere. */
  readonly backslashes: 'escape-strings' | 'strings' | 'none';
  /** Characters that open a quoted name besides `"`. */
  readonly nameQuotes: string;
  /** Operators are maximal runs of operator characters, as in PostgreSQL; otherwise a fixed list. */
  readonly freeOperators: boolean;
  /** Semicolons inside round brackets do not end a statement. */
  readonly bracketsHold: boolean;
  /** What a body with semicolons of its own looks like. */
  readonly bodies: 'begin-atomic' | 'trigger' | 'compound';
  /** Commands that only the vendor's own client understands. */
  readonly clientCommands: 'psql' | 'dot' | 'delimiter' | 'set-term';
}

const postgresql: DialectRules = {
  dollarQuotes: true,
  nestedComments: true,
  mysqlComments: false,
  backslashes: 'escape-strings',
  nameQuotes: '',
  freeOperators: true,
  bracketsHold: true,
  bodies: 'begin-atomic',
  clientCommands: 'psql',
};

const generic: DialectRules = {
  dollarQuotes: false,
  nestedComments: false,
  mysqlComments: false,
  backslashes: 'none',
  nameQuotes: '',
  freeOperators: false,
  bracketsHold: false,
  bodies: 'compound',
  clientCommands: 'set-term',
};

const RULES: Readonly<Record<Backend, DialectRules>> = {
  postgresql,
  sqlite: { ...generic, nameQuotes: '`[', bodies: 'trigger', clientCommands: 'dot' },
  mysql: { ...generic, mysqlComments: true, backslashes: 'strings', nameQuotes: '`', clientCommands: 'delimiter' },
  firebird: generic,
  scratchbird: generic,
};

export const dialectRules = (dialect: Backend): DialectRules => RULES[dialect];
