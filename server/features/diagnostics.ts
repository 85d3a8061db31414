import type { Diagnostic } from 'vscode-languageserver/node';
import type { Problem, Range } from '../../core/index.ts';
import { toDiagnostic } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

/** What is wrong with a document. A problem without a place, such as a rule that failed, goes to the log instead. */
export function diagnosticsOf(document: OpenDocument, log: (message: string) => void): Diagnostic[] {
  return document.check().flatMap((problem) => {
    if (hasRange(problem)) return [toDiagnostic(problem, document.uriOf)];
    log(`${problem.code}: ${problem.message}`);
    return [];
  });
}

const hasRange = (problem: Problem): problem is Problem & { readonly range: Range } => problem.range !== undefined;
