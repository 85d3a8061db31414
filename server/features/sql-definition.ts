import type { Location, Position } from 'vscode-languageserver/node';
import { createLineIndex } from '../../core/index.ts';
import { type NamedObject, nameKey, type StatementPlace, statementPlace } from '../../parsers/index.ts';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import { uriOfPath } from '../file-uri.ts';
import type { OpenDocument } from '../open-document.ts';
import type { SqlObject } from '../sql-objects.ts';
import { caretAt } from './caret.ts';
import { objectNamed } from './sql-proposals.ts';
import { sqlTextAt } from './sql-text.ts';

/** Where a script makes the table or column that the SQL of a step or check names at a position. */
export function sqlDefinition(document: OpenDocument, position: Position, around: Around): Location[] {
  const { source, project } = document;
  const offset = source.lines.offsetAt(fromLspPosition(position));
  const caret = document.kind === 'plan' ? caretAt(source.text, offset) : undefined;
  const text = caret && sqlTextAt(source.text, offset, caret);
  if (!text || !project) return [];
  const { dialect, objects } = around.objectsOf(document);
  const at = statementPlace(text.sql, text.at, dialect);
  // In front of a name one is at it too.
  const place = at && at.start === at.end ? statementPlace(text.sql, text.at + 1, dialect) : at;
  const found = place && namedAt(place, nameKey(text.sql.slice(place.start, place.end)), objects);
  if (found?.place.file === undefined) return [];
  const path = project.absolute(found.place.file);
  const script = around.textOf(path);
  if (script === undefined) return [];
  return [
    { uri: uriOfPath(path), range: toLspRange(createLineIndex(script).range(found.place.start, found.place.end)) },
  ];
}

function namedAt(
  { qualifier, start, tables }: StatementPlace,
  key: string,
  objects: readonly SqlObject[],
): NamedObject | undefined {
  const tableOf = (alias: string) => {
    const named = tables.find((one) => one.alias === alias);
    return objectNamed(named?.id ?? alias, objects);
  };
  const named = tables.find((one) => one.start === start);
  if (named) return objectNamed(named.id, objects);
  const columnIn = (table: SqlObject | undefined) => table?.columns.find(({ id }) => id === key);
  if (qualifier !== undefined) return columnIn(tableOf(qualifier));
  if (tables.some(({ alias }) => alias === key)) return tableOf(key);
  return tables.flatMap(({ id }) => columnIn(objectNamed(id, objects)) ?? [])[0];
}
