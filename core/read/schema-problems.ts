import type { ValidationError } from '../generated/validate-plan-document.js';
import type { JsonPath, Problem } from '../model/problem.ts';
import type { Complaint } from './complaint.ts';
import { nodeAt } from './json-nodes.ts';
import { objectProblems } from './object-problems.ts';
import type { SchemaNode } from './schema-node.ts';
import type { JsonNode, Source } from './source.ts';
import { valueProblem } from './value-problem.ts';

/** Turns what the validator found into problems: one mistake gives one message, at the place where it was made. */
export function schemaProblems(
  source: Source,
  schema: SchemaNode,
  errors: readonly ValidationError[],
): readonly Problem[] {
  return [...byPlace(errors)].flatMap(([pointer, group]) => {
    const path = pathOf(pointer, source.root);
    const node = nodeAt(source.root, path) ?? source.root;
    if (!node) return [];
    const complaint: Complaint = { source, schema, path, node, errors: group };
    const value = valueProblem(complaint);
    return value ? [value] : objectProblems(complaint);
  });
}

function byPlace(errors: readonly ValidationError[]): ReadonlyMap<string, readonly ValidationError[]> {
  const groups = new Map<string, ValidationError[]>();
  for (const error of errors) {
    const group = groups.get(error.instancePath);
    if (group) group.push(error);
    else groups.set(error.instancePath, [error]);
  }
  return groups;
}

/** Keys and indices of a JSON pointer; a number is an index only where the document has an array. */
function pathOf(pointer: string, root: JsonNode | undefined): JsonPath {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(nodeAt(root, path)?.type === 'array' ? Number(key) : key);
  }
  return path;
}
