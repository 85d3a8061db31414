import type { JsonPath, Problem } from '../model/problem.ts';
import { problemAt } from './problem-at.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

/** The properties of an object node as key and value nodes; a property without a value, half typed, is left out. */
export function propertiesOf(
  node: JsonNode | undefined,
): readonly { readonly key: JsonNode; readonly value: JsonNode }[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value ? [{ key, value }] : [];
  });
}

/** The items of an array node. */
export const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] =>
  node?.type === 'array' ? (node.children ?? []) : [];

/** A property of an object node by its name; the last one where it is written twice. */
export const propertyOf = (node: JsonNode | undefined, name: string) =>
  propertiesOf(node).findLast(({ key }) => key.value === name);

/** The node at a path; undefined where there is none. */
export const nodeAt = (root: JsonNode | undefined, path: JsonPath): JsonNode | undefined =>
  path.reduce<JsonNode | undefined>(
    (node, segment) => (typeof segment === 'number' ? itemsOf(node)[segment] : propertyOf(node, segment)?.value),
    root,
  );

/** The value that a node stands for. A key may be any text, `__proto__` included. */
export function jsonValueOf(node: JsonNode): unknown {
  if (node.type === 'array') return itemsOf(node).map(jsonValueOf);
  if (node.type !== 'object') return node.value;
  const value: Record<string, unknown> = {};
  for (const { key, value: member } of propertiesOf(node)) setMember(value, key.value, jsonValueOf(member));
  return value;
}

function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
  else object[key] = value;
}

/** One problem for each key that an object has already. */
export function duplicateKeys(source: Source, node: JsonNode | undefined = source.root): readonly Problem[] {
  if (node?.type === 'array') return itemsOf(node).flatMap((item) => duplicateKeys(source, item));
  const first = new Map<string, JsonNode>();
  return propertiesOf(node).flatMap(({ key, value }) => {
    const inside = duplicateKeys(source, value);
    const earlier = first.get(key.value);
    if (!earlier) {
      first.set(key.value, key);
      return inside;
    }
    const { file } = source;
    const problem = problemAt(
      { file, range: rangeOf(source, key) },
      'JSON_DUPLICATE_KEY',
      `"${key.value}" stands twice in this object. Remove one of the two.`,
      { related: [{ file, range: rangeOf(source, earlier), message: `"${key.value}" stands here first.` }] },
    );
    return [problem, ...inside];
  });
}
