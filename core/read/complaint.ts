import type { ValidationError } from '../generated/validate-plan-document.js';
import type { JsonPath } from '../model/problem.ts';
import type { SchemaNode } from './schema-node.ts';
import type { JsonNode, Source } from './source.ts';

/** One place of a document that the validator complained about. */
export interface Complaint {
  readonly source: Source;
  readonly schema: SchemaNode;
  readonly path: JsonPath;
  readonly node: JsonNode;
  readonly errors: readonly ValidationError[];
}
