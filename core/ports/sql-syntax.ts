import type { Backend } from '../model/connection.ts';
import type { Position } from '../model/problem.ts';

/** One statement of a script, as it is sent to the server: no leading comments or white space, no closing semicolon. */
export interface SqlStatement {
  readonly text: string;
  /** Where the text begins in the script: UTF-16 offset, line and column from 1. */
  readonly offset: number;
  readonly start: Position;
  /** First significant words in upper case, such as `CREATE INDEX CONCURRENTLY`; at most six. */
  readonly keywords: readonly string[];
}

/** Why a script cannot be split: an unclosed quote, comment or dollar quote, or a client command. */
export interface SqlSyntaxProblem {
  readonly code: 'SQL_UNTERMINATED' | 'SQL_CLIENT_COMMAND';
  readonly message: string;
  readonly position: Position;
}

export interface SplitScript {
  readonly statements: readonly SqlStatement[];
  readonly problems: readonly SqlSyntaxProblem[];
}

/** Lexing and splitting of SQL scripts in the dialect of a backend. Synchronous; never throws on any text. */
export interface SqlSyntax {
  /** Splits a script into statements; an empty or comment-only script has none. */
  split(script: string, dialect: Backend): SplitScript;
  /** The script's tokens joined by one space: no comments, white space or line ends; what the token checksum is taken over. */
  normalise(script: string, dialect: Backend): string;
}
