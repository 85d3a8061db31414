import { indentationAt, lineStart, tailFrom } from './json-layout.ts';
import type { JsonNode } from './source.ts';
import type { TextEdit } from './text-edit.ts';

/** Takes a member out of an object, with what stands on its own lines; `index` counts the object's members. */
export function removeMember(text: string, object: JsonNode, index: number): readonly TextEdit[] {
  const [before, member, next] = [index - 1, index, index + 1].map((one) => object.children?.[one]);
  if (!member) throw new Error('A member that is not there cannot be removed.');
  const hasLine = indentationAt(text, member.offset) !== undefined;
  const edits = hasLine ? removeLines(text, member, before, next) : removeInLine(text, member, before, next);
  return index === 0 && !next ? closedUp(text, object, edits) : edits;
}

function removeLines(
  text: string,
  member: JsonNode,
  before: JsonNode | undefined,
  next: JsonNode | undefined,
): readonly TextEdit[] {
  const end = member.offset + member.length;
  const tail = tailFrom(text, end);
  const isCommaBelow = tail.comma !== undefined && tail.comma >= tail.sameLineEnd;
  // The next member stands on the same line, or begins with the comma of this one: it takes this one's place.
  if (next && (!tail.breaks || isCommaBelow)) return [{ from: member.offset, to: next.offset, text: '' }];
  const start = lineStart(text, member.offset);
  const from = start - (text[start - 2] === '\r' ? 2 : 1);
  const lines = { from, to: isCommaBelow ? tail.contentEnd : tail.sameLineEnd, text: '' };
  const comma = next || tail.comma !== undefined ? undefined : commaBehind(text, before);
  return comma === undefined ? [lines] : [{ from: comma, to: comma + 1, text: '' }, lines];
}

function removeInLine(
  text: string,
  member: JsonNode,
  before: JsonNode | undefined,
  next: JsonNode | undefined,
): readonly TextEdit[] {
  if (next) return [{ from: member.offset, to: next.offset, text: '' }];
  const tail = tailFrom(text, member.offset + member.length);
  const space = /[ \t]*$/.exec(text.slice(0, member.offset))?.[0].length ?? 0;
  const own = { from: member.offset - space, to: tail.contentEnd, text: '' };
  const comma = tail.comma === undefined ? commaBehind(text, before) : undefined;
  if (comma === undefined) return [own];
  if (comma + 1 < own.from) return [{ from: comma, to: comma + 1, text: '' }, own];
  const isFirst = indentationAt(text, comma) !== undefined;
  return [{ ...own, from: isFirst ? text.slice(0, comma).trimEnd().length : comma }];
}

const commaBehind = (text: string, member: JsonNode | undefined): number | undefined =>
  member && tailFrom(text, member.offset + member.length).comma;

/** An object that holds nothing any more, not even a comment, is `{}`. */
function closedUp(text: string, object: JsonNode, edits: readonly TextEdit[]): readonly TextEdit[] {
  const [open, close] = [object.offset + 1, object.offset + object.length - 1];
  const [only] = edits;
  if (!only) return edits;
  const rest = text.slice(open, only.from) + text.slice(only.to, close);
  return rest.trim() === '' ? [{ from: open, to: close, text: '' }] : edits;
}
