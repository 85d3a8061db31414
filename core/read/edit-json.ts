import { canonicalJson } from '../base/canonical-json.ts';
import { insertMember } from './insert-member.ts';
import { indentationOf, layoutOf, lineOf, linesOf } from './json-layout.ts';
import { jsonValueOf, propertyOf } from './json-nodes.ts';
import { removeMember } from './remove-member.ts';
import { type JsonNode, readSource, type Source } from './source.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';

/** A change of one member of a JSON document; the path has keys only. What is missing on the way is made. */
export type JsonEdit =
  | { readonly type: 'set'; readonly path: readonly string[]; readonly value: unknown }
  | { readonly type: 'remove'; readonly path: readonly string[] };

/**
 * A text that is JSON with comments, with edits carried out one after the other. Whatever they are not about stays as it is: comments, order, line
 * ends, indentation, trailing commas. With a member goes what stands on its own lines, not the comments above it. Throws where the text is no such JSON.
 * `modify` of jsonc-parser is not used: it gives the comment behind the last member to the one that is added.
 */
export const editJson = (text: string, edits: readonly JsonEdit[]): string => edits.reduce(editOnce, text);

function editOnce(text: string, edit: JsonEdit): string {
  const source = readSource('', text, 'jsonc');
  const { root } = source;
  if (!root || source.problems.length > 0) throw new Error('A text that is not JSON cannot be edited.');
  const changes = edit.type === 'set' ? setMember(source, root, edit) : takeMember(source, root, edit.path);
  const mark = text.slice(0, text.length - source.text.length);
  return mark + applyEdits(source.text, changes);
}

/** The deepest object on a path that is there, and how far the path led to it. */
function reach(root: JsonNode, path: readonly string[]): { readonly object: JsonNode; readonly depth: number } {
  let [object, depth] = [root, 0];
  for (const key of path.slice(0, -1)) {
    const next = propertyOf(object, key)?.value;
    if (!next) break;
    [object, depth] = [next, depth + 1];
  }
  if (object.type !== 'object') throw new Error(`${path.slice(0, depth).join('.')} is no object.`);
  return { object, depth };
}

function setMember(source: Source, root: JsonNode, edit: Extract<JsonEdit, { type: 'set' }>): readonly TextEdit[] {
  const { object, depth } = reach(root, edit.path);
  const [key = '', ...deeper] = edit.path.slice(depth);
  const value = deeper.reduceRight<unknown>((inner, name) => ({ [name]: inner }), edit.value);
  const layout = layoutOf(source.text, root);
  const found = propertyOf(object, key)?.value;
  return found
    ? replaceValue(source.text, found, value, (from) => linesOf(value, layout, from))
    : insertMember(source.text, object, { key, value }, { layout, isRoot: object === root });
}

/** A value that was on one line stays there. */
function replaceValue(
  text: string,
  node: JsonNode,
  value: unknown,
  inLines: (from: string) => string,
): readonly TextEdit[] {
  if (canonicalJson(jsonValueOf(node)) === canonicalJson(value)) return [];
  const [from, to] = [node.offset, node.offset + node.length];
  const isOneLine = !/[\r\n]/.test(text.slice(from, to));
  return [{ from, to, text: isOneLine ? lineOf(value) : inLines(indentationOf(text, from)) }];
}

function takeMember(source: Source, root: JsonNode, path: readonly string[]): readonly TextEdit[] {
  const { object, depth } = reach(root, path);
  if (depth < path.length - 1) return [];
  const index = object.children?.findIndex((property) => property.children?.[0]?.value === path.at(-1)) ?? -1;
  return index === -1 ? [] : removeMember(source.text, object, index);
}
