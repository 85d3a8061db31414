import {
  type Diagnostic,
  DiagnosticSeverity,
  type Position as LspPosition,
  type Range as LspRange,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Fix, Position, Problem, Range, Severity } from '../core/index.ts';

// The one place that knows of both ways to count: ours begins at 1, the protocol's at 0; columns are UTF-16 code units in both.

export const toLspPosition = ({ line, column }: Position): LspPosition => ({ line: line - 1, character: column - 1 });

export const toLspRange = ({ start, end }: Range): LspRange => ({
  start: toLspPosition(start),
  end: toLspPosition(end),
});

export const fromLspPosition = ({ line, character }: LspPosition): Position => ({
  line: line + 1,
  column: character + 1,
});

export const toTextEdits = (fix: Fix): TextEdit[] =>
  fix.edits.map(({ range, text }) => ({ range: toLspRange(range), newText: text }));

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const toSeverity = (severity: Severity): DiagnosticSeverity => SEVERITIES[severity];

/** A problem with a place as a diagnostic; `uriOf` finds the files of related places, undefined for one that has no URI. */
export function toDiagnostic(
  problem: Problem & { readonly range: Range },
  uriOf: (file: string) => string | undefined,
): Diagnostic {
  const relatedInformation = problem.related.flatMap(({ file, range, message }) => {
    const uri = uriOf(file);
    return uri === undefined ? [] : [{ location: { uri, range: toLspRange(range) }, message }];
  });
  return {
    range: toLspRange(problem.range),
    severity: SEVERITIES[problem.severity],
    code: problem.code,
    source: 'srdeploy',
    message: problem.message,
    ...(relatedInformation.length > 0 ? { relatedInformation } : {}),
  };
}

/** True where two protocol ranges touch. */
export function touches(a: LspRange, b: LspRange): boolean {
  const before = (one: LspPosition, other: LspPosition) =>
    one.line < other.line || (one.line === other.line && one.character < other.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}
