import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver/node';
import { branchesOf, propertyOf, type TextEdit, unionAt } from '../../core/index.ts';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { convertOperation } from './convert-step.ts';
import { extractedSql } from './extract-sql.ts';
import { moveOperation } from './move-step.ts';
import { operationAt, type PlacedOperation } from './operation-at.ts';

const MOVE = 'refactor.move';

/** The kinds of what this file offers. */
export const refactoringKinds: readonly string[] = [
  CodeActionKind.RefactorExtract,
  CodeActionKind.RefactorRewrite,
  MOVE,
];

/** What can be done with the check or step at a place, without anything being wrong with it. */
export function refactoringsAt(document: OpenDocument, { range }: CodeActionParams, around: Around): CodeAction[] {
  const [start, end] = [fromLspPosition(range.start), fromLspPosition(range.end)];
  const operation = operationAt(document, { start, end });
  if (!operation) return [];
  return [
    ...extraction(document, operation, around),
    ...conversions(document, operation),
    ...moves(document, operation),
  ];
}

function extraction(document: OpenDocument, operation: PlacedOperation, around: Around): CodeAction[] {
  const found = extractedSql(document, operation, around);
  const schema = kindsOf(document, operation).find(({ word }) => word === 'migration')?.schema;
  if (!found || !schema) return [];
  const { source, node } = operation;
  const edit = convertOperation(source, node, { word: 'migration', schema, given: { script: found.script } });
  const title = `Extract SQL to ${found.script}`;
  return [actionOf(document, title, CodeActionKind.RefactorExtract, [edit], found.changes)];
}

function conversions(document: OpenDocument, operation: PlacedOperation): CodeAction[] {
  const { source, node } = operation;
  const now = propertyOf(node, 'type')?.value.value;
  return kindsOf(document, operation)
    .filter(({ word }) => now !== undefined && word !== now)
    .map((kind) =>
      actionOf(document, `Convert to "${kind.word}"`, CodeActionKind.RefactorRewrite, [
        convertOperation(source, node, kind),
      ]),
    );
}

function kindsOf({ schema }: OpenDocument, { key, index }: PlacedOperation) {
  const union = unionAt(schema, [key, index]);
  return union
    ? branchesOf(schema.schema, union).flatMap((branch) =>
        branch.words.map((word) => ({ word, schema: branch.schema })),
      )
    : [];
}

function moves(document: OpenDocument, operation: PlacedOperation): CodeAction[] {
  const what = operation.key === 'steps' ? 'step' : 'check';
  return ([-1, 1] as const).flatMap((by) => {
    const edits = moveOperation(operation, by);
    return edits ? [actionOf(document, `Move ${what} ${by === 1 ? 'down' : 'up'}`, MOVE, edits)] : [];
  });
}

function actionOf(
  { uri, version, source }: OpenDocument,
  title: string,
  kind: string,
  edits: readonly TextEdit[],
  before: NonNullable<NonNullable<CodeAction['edit']>['documentChanges']> = [],
): CodeAction {
  const own = edits.map(({ from, to, text }) => ({ range: toLspRange(source.lines.range(from, to)), newText: text }));
  return {
    title,
    kind,
    edit: { documentChanges: [...before, { textDocument: { uri, version }, edits: own }] },
  };
}
