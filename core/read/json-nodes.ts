import type { JsonPath, Problem } from '../model/problem.ts';
import { problemAt } from './problem-at.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

// Every keystroke walks the whole document through these functions: plain loops, nothing allocated on the way.

export interface JsonProperty {
  readonly key: JsonNode;
  readonly value: JsonNode;
}

const NONE: readonly JsonNode[] = [];

/** The properties of an object node as key and value nodes; a property without a value, half typed, is left out. */
export function propertiesOf(node: JsonNode | undefined): readonly JsonProperty[] {
  const properties: JsonProperty[] = [];
  for (const property of membersOf(node)) {
    const key = property.children?.[0];
    const value = property.children?.[1];
    if (key && value) properties.push({ key, value });
  }
  return properties;
}

const membersOf = (node: JsonNode | undefined): readonly JsonNode[] =>
  node?.type === 'object' ? (node.children ?? NONE) : NONE;

/** The items of an array node. */
export const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] =>
  node?.type === 'array' ? (node.children ?? NONE) : NONE;

/** A property of an object node by its name; the last one where it is written twice. */
export function propertyOf(node: JsonNode | undefined, name: string): JsonProperty | undefined {
  const members = membersOf(node);
  for (let index = members.length - 1; index >= 0; index--) {
    const key = members[index]?.children?.[0];
    const value = members[index]?.children?.[1];
    if (key && value && key.value === name) return { key, value };
  }
  return undefined;
}

/** The node at a path; undefined where there is none. */
export function nodeAt(root: JsonNode | undefined, path: JsonPath): JsonNode | undefined {
  let node = root;
  for (const segment of path) {
    node = typeof segment === 'number' ? itemsOf(node)[segment] : propertyOf(node, segment)?.value;
    if (!node) return undefined;
  }
  return node;
}

/** The value that a node stands for. A key may be any text, `__proto__` included. */
export function jsonValueOf(node: JsonNode): unknown {
  if (node.type === 'array') return itemsOf(node).map(jsonValueOf);
  if (node.type !== 'object') return node.value;
  const object: Record<string, unknown> = {};
  for (const property of membersOf(node)) {
    const key = property.children?.[0];
    const member = property.children?.[1];
    if (key && member) setMember(object, key.value, jsonValueOf(member));
  }
  return object;
}

function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
  else object[key] = value;
}

/** One problem for each key that an object has already. */
export function duplicateKeys(source: Source): readonly Problem[] {
  const problems: Problem[] = [];
  const visit = (node: JsonNode): void => {
    if (node.type === 'array') for (const item of itemsOf(node)) visit(item);
    if (node.type !== 'object') return;
    const first = new Map<string, JsonNode>();
    for (const property of membersOf(node)) {
      const key = property.children?.[0];
      if (!key) continue;
      const earlier = first.get(key.value);
      if (earlier) problems.push(duplicateProblem(source, key, earlier));
      else first.set(key.value, key);
      const value = property.children?.[1];
      if (value) visit(value);
    }
  };
  if (source.root) visit(source.root);
  return problems;
}

function duplicateProblem(source: Source, key: JsonNode, earlier: JsonNode): Problem {
  const { file } = source;
  const message = `"${key.value}" stands twice in this object. Remove one of the two.`;
  return problemAt({ file, range: rangeOf(source, key) }, 'JSON_DUPLICATE_KEY', message, {
    related: [{ file, range: rangeOf(source, earlier), message: `"${key.value}" stands here first.` }],
  });
}
