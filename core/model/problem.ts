/** A place in a text file: line and column from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open stretch of a text file: `end` is the position after the last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Keys and indices from the root of a JSON document to one value. */
export type JsonPath = readonly (string | number)[];

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Another place that explains a problem, such as the first use of a duplicate id. */
export interface RelatedPlace {
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

/** A text edit that mends a problem. The title is what an editor shows for it. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly range: Range; readonly text: string }[];
}

/**
 * Something that is wrong with what an author wrote. `code` is stable (`P001`, `SCHEMA_…`, `JSON_SYNTAX`); `message` says what is
 * wrong and what to do next. `file` is relative to the project, with `/`; it and `range` are undefined where no file is at fault.
 */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string | undefined;
  readonly range: Range | undefined;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
}

/** A value together with where it was written. */
export interface Located<T> {
  readonly value: T;
  readonly range: Range;
}

export const isError = (problem: Problem): boolean => problem.severity === 'error';

/** A problem without a place in a file, such as an unknown target on the command line. */
export function unplacedProblem(code: string, message: string, severity: Severity = 'error'): Problem {
  return { code, severity, message, file: undefined, range: undefined, related: [], fixes: [] };
}
