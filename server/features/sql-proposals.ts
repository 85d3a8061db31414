import { CompletionItemKind } from 'vscode-languageserver/node';
import {
  type NamedTable,
  nameKey,
  type StatementPlace,
  statementPlace,
  type TableColumn,
} from '../../parsers/index.ts';
import type { PlanObjects } from '../project-objects.ts';
import type { SqlObject } from '../sql-objects.ts';
import type { Proposal } from './proposal.ts';
import { escapeSnippet } from './schema-snippet.ts';
import type { SqlText } from './sql-text.ts';

/** Names for a stretch of the document. */
export interface NameProposals {
  readonly start: number;
  readonly end: number;
  readonly proposals: readonly Proposal[];
}

/** The tables and columns that may be named where the caret stands in a SQL text; nothing where a keyword or a value is due. */
export function sqlNameProposals({ sql, at, start, string }: SqlText, known: PlanObjects): NameProposals | undefined {
  const place = statementPlace(sql, at, known.dialect);
  if (!place) return undefined;
  const typed = sql.slice(place.start, at);
  const isQuoted = /^["`[]/.test(typed);
  const from = start + string.writtenAt(place.start);
  const to = start + (string.isClosed ? string.writtenAt(place.end) : string.writtenAt(at));
  const proposals = wordsAt(place, known.objects).map(({ text, kind, detail }): Proposal => {
    const written = JSON.stringify(text).slice(1, -1);
    return { label: text, snippet: escapeSnippet(written), filter: isQuoted ? written : text, kind, detail };
  });
  return { start: from, end: to, proposals };
}

interface Word {
  readonly text: string;
  readonly kind: CompletionItemKind;
  readonly detail: string;
}

function wordsAt({ wants, qualifier, tables }: StatementPlace, objects: readonly SqlObject[]): readonly Word[] {
  const found = objects.filter(({ kind }) => kind !== 'index');
  switch (wants) {
    case 'none':
      return [];
    case 'table':
      return found.map(tableWord);
    case 'member':
      return membersOf(qualifier ?? '', tables, found);
    case 'column':
      return tables.length === 0 ? found.map(tableWord) : columnWords(tables, found);
  }
}

/** With its schema, unless that is the one that is searched by itself. */
const tableWord = ({ id, written, kind, place }: SqlObject): Word => ({
  text: id.includes('.') ? `${id.slice(0, id.lastIndexOf('.'))}.${written}` : written,
  kind: CompletionItemKind.Struct,
  detail: `${kind} · ${place.file}`,
});

/** The columns of the table that the qualifier names, by its alias or its own name; the tables of the schema that it is. */
function membersOf(qualifier: string, tables: readonly NamedTable[], objects: readonly SqlObject[]): readonly Word[] {
  const named =
    tables.find(({ alias }) => alias === qualifier) ?? tables.find(({ written }) => nameKey(written) === qualifier);
  const table = objectNamed(named?.id ?? qualifier, objects);
  if (table) return table.columns.map((column) => columnWord(column, table));
  return objects
    .filter(({ id }) => id.startsWith(`${qualifier}.`))
    .map((object) => ({ ...tableWord(object), text: object.written }));
}

/** The columns of all tables that the statement names, qualified where two have the same, and what tables are called to qualify with. */
function columnWords(tables: readonly NamedTable[], objects: readonly SqlObject[]): readonly Word[] {
  const known = tables.flatMap((named) => {
    const object = objectNamed(named.id, objects);
    return object ? [{ object, called: named.writtenAlias ?? named.written }] : [];
  });
  const all = known.flatMap(({ object, called }) => object.columns.map((column) => ({ column, object, called })));
  const words = all.map(({ column, object, called }) => {
    const isAmbiguous = all.some((other) => other.called !== called && other.column.id === column.id);
    const word = columnWord(column, object);
    return isAmbiguous ? { ...word, text: `${called}.${word.text}` } : word;
  });
  const names = known.map(({ object, called }) => ({ ...tableWord(object), text: called }));
  return [...new Map([...words, ...names].map((word) => [word.text, word])).values()];
}

const columnWord = ({ written, type }: TableColumn, table: SqlObject): Word => ({
  text: written,
  kind: CompletionItemKind.Field,
  detail: [type, table.written].filter(Boolean).join(' · '),
});

/** An object by a name that may leave its schema away. */
export const objectNamed = (id: string, objects: readonly SqlObject[]): SqlObject | undefined =>
  objects.find((object) => object.id === id) ??
  (id.includes('.') ? undefined : objects.find((object) => object.id.endsWith(`.${id}`)));
