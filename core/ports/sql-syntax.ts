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
  /** Where the stretches of `text` stand in the source; absent where `text` is the source from `offset` on. See `statementSourceOffset`. */
  readonly segments?: readonly SqlSegment[];
}

/** A stretch of a statement's text, up to the next one: a slice of the source, or the value of a variable that stands there. */
export interface SqlSegment {
  /** Where it begins in the statement's text; the first one at 0, in rising order. */
  readonly offset: number;
  /** Where it begins in the file; for a value where its name begins, such as the colon of `:name`. */
  readonly source: number;
  /** `value`: no character of it stands in the file. */
  readonly kind: 'source' | 'value';
}

/** Where a character of a statement's text stands in the statement's file, as a UTF-16 offset; in a value it is where its name begins. */
export function statementSourceOffset(statement: Pick<SqlStatement, 'offset' | 'segments'>, offset: number): number {
  const segment = statement.segments?.findLast((one) => one.offset <= offset);
  if (!segment) return statement.offset + offset;
  return segment.kind === 'value' ? segment.source : segment.source + (offset - segment.offset);
}

/** Something that the vendor's client would do between statements and that we do in its place. */
export type ClientDirective = (
  | {
      /** `\echo`, `\qecho`, `\warn`, `.print`: a line for the log. */
      readonly type: 'echo';
      readonly text: string;
    }
  | {
      /** `\connect` or `USE`; the engine refuses any other database than the one it is connected to. `-` is that one. */
      readonly type: 'connect';
      readonly database: string;
    }
) & {
  /** The index of the statement that it stands before; where it stands inside a statement, that one's. */
  readonly before: number;
  readonly position: Position;
  /** As in `SqlStatement`. */
  readonly file?: string;
};

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
  /**
   * The text of a file that the script reads with `\i` or `\ir`, by the path that is written there; undefined where it is not there.
   * `from` is the `file` that names it, undefined for the script itself. An answer that gives a `file` names it so in statements,
   * problems and directives, and tells files apart whose paths are written alike.
   */
  readonly include?: (path: string, place: IncludePlace) => string | IncludedScript | undefined;
}

export interface IncludePlace {
  /** As in `ScriptInclude`. */
  readonly relative: boolean;
  readonly from: string | undefined;
}

export interface IncludedScript {
  readonly text: string;
  readonly file: string;
}

/** A file that a script reads with `\i`, `\ir`, `source`, `INPUT` or `.read`. `relative`: to the file that names it (`\ir`), else to the project. */
export interface ScriptInclude {
  readonly path: string;
  readonly relative: boolean;
  readonly position: Position;
}

/** Lexing and splitting of SQL scripts in the dialect of a backend. Synchronous; never throws on any text. */
export interface SqlSyntax {
  /** Splits a script into statements; an empty or comment-only script has none. */
  split(script: string, dialect: Backend, options?: SplitOptions): SplitScript;
  /** `split`, and what `normalise` would say where one reading tells both; undefined where it does not. */
  splitWithNormal?(
    script: string,
    dialect: Backend,
    options?: SplitOptions,
  ): { readonly split: SplitScript; readonly normal: string | undefined };
  /** The files that the script reads, in order; those of included files not among them. */
  includes(script: string, dialect: Backend): readonly ScriptInclude[];
  /** The script's tokens joined by one space: no comments, white space or line ends; what the token checksum is taken over. */
  normalise(script: string, dialect: Backend): string;
}
