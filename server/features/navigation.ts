import type { DocumentHighlight, Location, Position } from 'vscode-languageserver/node';
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import { uriOfPath } from '../file-uri.ts';
import type { OpenDocument } from '../open-document.ts';
import { namesOf, type ProjectDocument } from '../project-documents.ts';
import { isLocalName, type NameUse, namesIn } from './names.ts';
import { sqlDefinition } from './sql-definition.ts';

/** A use of a name and the document that it stands in. */
export interface PlacedUse extends NameUse {
  readonly document: ProjectDocument;
}

/** The name at a position; its ends count. */
export function nameAt(document: OpenDocument, position: Position): NameUse | undefined {
  const { lines } = document.source;
  const at = lines.offsetAt(fromLspPosition(position));
  return namesIn(document).find(({ range }) => lines.offsetAt(range.start) <= at && at <= lines.offsetAt(range.end));
}

/** Every use of what a name stands for, in its document or in the whole project. */
export function usesOf(document: OpenDocument, { kind, name }: NameUse, around: Around): readonly PlacedUse[] {
  const documents = isLocalName(kind) || !document.project ? [document] : around.documentsOf(document.project);
  return documents.flatMap((one) =>
    namesOf(one)
      .filter((use) => use.kind === kind && use.name === name)
      .map((use) => ({ ...use, document: one })),
  );
}

/** Where a name is defined: in a document, or the file that it names; of a table or column in SQL, in the script that makes it. */
export function definitionOf(document: OpenDocument, position: Position, around: Around): Location[] {
  const named = nameAt(document, position);
  if (!named) return sqlDefinition(document, position, around);
  if (named.kind === 'script') return scriptPlace(document, named);
  return usesOf(document, named, around)
    .filter(({ isDefinition }) => isDefinition)
    .map(placeOf);
}

/** Where a name is used; `withDefinition` adds where it is defined. */
export function referencesOf(
  document: OpenDocument,
  position: Position,
  withDefinition: boolean,
  around: Around,
): Location[] {
  const named = nameAt(document, position);
  if (!named) return [];
  return usesOf(document, named, around)
    .filter(({ isDefinition }) => withDefinition || !isDefinition)
    .map(placeOf);
}

/** The other places of a name in the same document. */
export function highlightsOf(document: OpenDocument, position: Position): DocumentHighlight[] {
  const named = nameAt(document, position);
  if (!named) return [];
  return namesIn(document)
    .filter(({ kind, name }) => kind === named.kind && name === named.name)
    .map(({ range, isDefinition }) => ({
      range: toLspRange(range),
      kind: isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}

const placeOf = ({ document, range }: PlacedUse): Location => ({ uri: document.uri, range: toLspRange(range) });

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function scriptPlace({ project }: OpenDocument, { name }: NameUse): Location[] {
  if (project?.facts.scriptAt(name) !== 'present') return [];
  return [{ uri: uriOfPath(project.absolute(name)), range: TOP }];
}
