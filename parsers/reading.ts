import type {
  Backend,
  ClientDirective,
  SplitOptions,
  SplitScript,
  SqlStatement,
  SqlSyntaxProblem,
} from '../core/index.ts';
import { type DialectRules, dialectRules } from './dialect-rules.ts';
import { createVariables, type Variables } from './psql-variables.ts';

/** A file that is being read: the script, or one that it includes. */
export interface ReadFile {
  readonly text: string;
  /** As statements name it; undefined for the script. */
  readonly name: string | undefined;
  /** The paths from the script to it; they tell whether a file reads itself. */
  readonly trail: readonly string[];
}

/** What is heard while a script is read. */
export interface ReadListener {
  /** A significant token of a statement, as it is written. */
  token?(text: string): void;
  /** The statement is over; false where it was a command that says nothing but how statements end. */
  end?(counts: boolean): void;
  /** A client command, as `ClientCommand.normal`. */
  command?(normal: string): void;
  data?(data: string): void;
  include?(path: string, relative: boolean, offset: number): void;
}

/** What is common to a script and the files that it includes, as it is in the vendor's client. */
export interface Reading {
  readonly rules: DialectRules;
  readonly dialect: Backend;
  readonly include: SplitOptions['include'];
  readonly listener: ReadListener;
  /** Variables get values and stand for them. */
  readonly interpolates: boolean;
  /** Included files are read. */
  readonly follows: boolean;
  readonly variables: Variables;
  readonly statements: SqlStatement[];
  readonly directives: ClientDirective[];
  readonly problems: SqlSyntaxProblem[];
  /** What ends a statement. */
  delimiter: string;
  /** The key of `\restrict`, until `\unrestrict` names it. */
  restriction: string | undefined;
  includes: number;
  /** It is told that variables make the script too long. */
  toldTooMuch: boolean;
}

export function createReading(
  dialect: Backend,
  options: Partial<Pick<Reading, 'include' | 'listener' | 'interpolates' | 'follows'>>,
): Reading {
  return {
    rules: dialectRules(dialect),
    dialect,
    include: options.include,
    listener: options.listener ?? {},
    interpolates: options.interpolates ?? true,
    follows: options.follows ?? true,
    variables: createVariables(),
    statements: [],
    directives: [],
    problems: [],
    delimiter: ';',
    restriction: undefined,
    includes: 0,
    toldTooMuch: false,
  };
}

export const resultOf = ({ statements, directives, problems }: Reading): SplitScript => ({
  statements,
  directives,
  problems,
});
