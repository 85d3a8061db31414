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

/** The value of a property of an object node by its name, as in `propertyOf`. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  const members = membersOf(node);
  for (let index = members.length - 1; index >= 0; index--) {
    const children = members[index]?.children;
    if (children?.[1] && children[0]?.value === name) return children[1];
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

/** The value of a whole document without problems, which Node's own parser makes several times faster where the text is strict JSON. */
export function documentValue({ text, root, isStrict }: Source): unknown {
  if (isStrict)
    try {
      return JSON.parse(text);
    } catch {
      // It knows fewer blanks than ours; what ours has read is as good.
    }
  return root && jsonValueOf(root);
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
    const members = membersOf(node);
    const first = members.length > FEW ? new Map<string, JsonNode>() : undefined;
    for (let index = 0; index < members.length; index++) {
      const property = members[index];
      const key = property?.children?.[0];
      if (!property || !key) continue;
      const earlier = first ? first.get(key.value) : keyBefore(members, index, key.value);
      if (earlier) problems.push(duplicateProblem(source, key, earlier));
      else first?.set(key.value, key);
      const value = property.children?.[1];
      if (value) visit(value);
    }
  };
  if (source.root) visit(source.root);
  return problems;
}

/** So many keys are compared with each other faster than they are put into a map. */
const FEW = 12;

function keyBefore(members: readonly JsonNode[], end: number, name: string): JsonNode | undefined {
  for (let index = 0; index < end; index++) {
    const key = members[index]?.children?.[0];
    if (key?.value === name) return key;
  }
  return undefined;
}

function duplicateProblem(source: Source, key: JsonNode, earlier: JsonNode): Problem {
  const { file } = source;
  const message = `"${key.value}" stands twice in this object. Remove one of the two.`;
  return problemAt({ file, range: rangeOf(source, key) }, 'JSON_DUPLICATE_KEY', message, {
    related: [{ file, range: rangeOf(source, earlier), message: `"${key.value}" stands here first.` }],
  });
}
