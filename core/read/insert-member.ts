import { indentationAt, indentationOf, type JsonLayout, lineOf, linesOf, tailFrom } from './json-layout.ts';
import { propertiesOf } from './json-nodes.ts';
import type { JsonNode } from './source.ts';
import type { TextEdit } from './text-edit.ts';

/** A member that an object does not have yet. */
export interface NewMember {
  readonly key: string;
  readonly value: unknown;
}

/** Where a member is put: `isRoot` for the document's own object. */
export interface InsertionPlace {
  readonly layout: JsonLayout;
  readonly isRoot: boolean;
}

/** Adds a member behind the last one of an object, laid out as its neighbours are. */
export function insertMember(
  text: string,
  object: JsonNode,
  member: NewMember,
  place: InsertionPlace,
): readonly TextEdit[] {
  const last = object.children?.at(-1);
  return last ? insertBehind(text, object, last, member, place) : insertFirst(text, object, member, place);
}

function insertBehind(
  text: string,
  object: JsonNode,
  last: JsonNode,
  { key, value }: NewMember,
  { layout }: InsertionPlace,
): readonly TextEdit[] {
  const end = last.offset + last.length;
  const tail = tailFrom(text, end);
  const own = indentationAt(text, last.offset);
  const hasLine = own !== undefined || tail.breaks;
  const from = own ?? indentationOf(text, object.offset) + layout.indent;
  const short = lineOf(value);
  const isShort = !hasLine || (isOneLineObject(text, object) && short.length < widest);
  const written = `${JSON.stringify(key)}: ${isShort ? short : linesOf(value, layout, from)}`;
  const before = hasLine ? layout.lineEnd + from : ' ';
  const at = hasLine ? Math.max(tail.sameLineEnd, (tail.comma ?? -1) + 1) : tail.contentEnd;
  if (tail.comma !== undefined) return [{ from: at, to: at, text: `${before}${written},` }];
  // The comma stands before a comment that goes to the end of the line, not in it.
  if (!hasLine || at === end) return [{ from: at, to: at, text: `,${before}${written}` }];
  return [
    { from: end, to: end, text: ',' },
    { from: at, to: at, text: before + written },
  ];
}

/** Values longer than this are written over several lines whatever their neighbours do. */
const widest = 100;

/** Whether the last member of an object is an object on one line. */
function isOneLineObject(text: string, object: JsonNode): boolean {
  const value = propertiesOf(object).at(-1)?.value;
  if (value?.type !== 'object' || value.children?.length === 0) return false;
  return !/[\r\n]/.test(text.slice(value.offset, value.offset + value.length));
}

function insertFirst(
  text: string,
  object: JsonNode,
  { key, value }: NewMember,
  { layout, isRoot }: InsertionPlace,
): readonly TextEdit[] {
  const [open, close] = [object.offset + 1, object.offset + object.length - 1];
  const tail = tailFrom(text, open);
  const outer = indentationOf(text, object.offset);
  const owner = object.parent;
  const hasLine = tail.breaks || isRoot || (owner !== undefined && indentationAt(text, owner.offset) !== undefined);
  const from = outer + layout.indent;
  const written = `${JSON.stringify(key)}: ${hasLine ? linesOf(value, layout, from) : lineOf(value)}`;
  const at = tail.contentEnd;
  if (!hasLine) return [{ from: at, to: close, text: ` ${written} ` }];
  // A line that ends here already ends behind the new member.
  const after = /[\r\n]/.test(text.slice(at, close)) ? text.slice(at, close) : layout.lineEnd + outer;
  return [{ from: at, to: close, text: `${layout.lineEnd}${from}${written}${after}` }];
}
