import type { Fix, Problem, Range, RelatedPlace, Severity } from '../model/problem.ts';

export interface ProblemDetails {
  readonly severity?: Severity;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
}

/** A problem in a file, an error unless the details say otherwise. */
export const problemAt = (
  at: { readonly file: string; readonly range: Range },
  code: string,
  message: string,
  { severity = 'error', related = [], fixes = [] }: ProblemDetails = {},
): Problem => ({ code, severity, message, file: at.file, range: at.range, related, fixes });

/** A fix that replaces one stretch of text. */
export const replaceFix = (title: string, range: Range, text: string): Fix => ({ title, edits: [{ range, text }] });
