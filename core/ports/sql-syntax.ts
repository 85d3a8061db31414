import type { Backend } from '../model/connection.ts';
import type { Position } from '../model/problem.ts';

/** One statement of a script, as it is sent to the server: no leading comments or white space, no closing semicolon. */
export interface SqlStatement {
  readonly text: string;
  /** Where the text begins in the file that it stands in: UTF-16 offset, line and column from 1. */
  readonly offset: number;
  readonly start: Position;
  /** First significant words in upper case, such as `CREATE INDEX CONCURRENTLY`; at most six. */
  readonly keywords: readonly string[];
  /** The lines behind a `COPY … FROM stdin`, without the closing `\.`. */
  readonly copyData?: string;
  /** The file that was read with `\i` and holds the statement, as the script names it; absent for the script itself. */
  readonly file?: string;
}

/** Something that the vendor's client would do between statements and that we do in its place. */
export type ClientDirective =
  /** `\echo`, `\qecho`, `\warn`, `PROMPT`: a line for the log. */
  | { readonly type: 'echo'; readonly text: string; readonly before: number; readonly position: Position }
  /** `\connect` to a database; the engine refuses any other than the one it is connected to. */
  | { readonly type: 'connect'; readonly database: string; readonly before: number; readonly position: Position };

/** Why a script cannot be split: an unclosed quote, comment or dollar quote, or a client command that is not understood. */
export interface SqlSyntaxProblem {
  readonly code: 'SQL_UNTERMINATED' | 'SQL_CLIENT_COMMAND' | 'SQL_INCLUDE_MISSING' | 'SQL_UNKNOWN_VARIABLE';
  readonly message: string;
  readonly position: Position;
  /** As in `SqlStatement`. */
  readonly file?: string;
}

export interface SplitScript {
  readonly statements: readonly SqlStatement[];
  /** In order; `before` is the index of the statement that they stand before. */
  readonly directives: readonly ClientDirective[];
  readonly problems: readonly SqlSyntaxProblem[];
}

export interface SplitOptions {
  /** The text of a file that the script reads with `\i` or `\ir`, by the path that is written there; undefined where it is not there. */
  readonly include?: (path: string) => string | undefined;
}

/** A file that a script reads with `\i` or `\ir`. `relative`: to the file that names it (`\ir`), else to the project. */
export interface ScriptInclude {
  readonly path: string;
  readonly relative: boolean;
  readonly position: Position;
}

/** Lexing and splitting of SQL scripts in the dialect of a backend. Synchronous; never throws on any text. */
export interface SqlSyntax {
  /** Splits a script into statements; an empty or comment-only script has none. */
  split(script: string, dialect: Backend, options?: SplitOptions): SplitScript;
  /** The files that the script reads, in order; those of included files not among them. */
  includes(script: string, dialect: Backend): readonly ScriptInclude[];
  /** The script's tokens joined by one space: no comments, white space or line ends; what the token checksum is taken over. */
  normalise(script: string, dialect: Backend): string;
}
