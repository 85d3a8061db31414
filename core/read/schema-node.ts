import { deployConfigSchema as deployConfig } from '../generated/deploy-config-schema.ts';
import { planDocumentSchema as planDocument } from '../generated/plan-document-schema.ts';
import type { JsonPath } from '../model/problem.ts';
import { nodeAt, propertyOf } from './json-nodes.ts';
import type { JsonNode } from './source.ts';

/** The part of JSON Schema that our schemas use. `enumDescriptions` and `patternErrorMessage` are for people. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  /** Several: the value is one of these sorts, and each keyword speaks of the sort that it is for. */
  readonly type?: SchemaType | readonly SchemaType[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  /** Where a value may be a word or something else, what holds of the word. */
  readonly then?: SchemaNode;
  readonly discriminator?: { readonly propertyName: string };
  readonly patternErrorMessage?: string;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

type SchemaType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** The words that a value may be, each with what it means; none where it is no word. */
export const wordsOfValue = (schema: SchemaNode | undefined): Pick<SchemaNode, 'enum' | 'enumDescriptions'> =>
  schema?.enum ? schema : (schema?.then ?? {});

/** The schema of plan documents. Spec: plan format. */
export const planDocumentSchema = planDocument as SchemaNode;
/** The schema of deploy configs. */
export const deployConfigSchema = deployConfig as SchemaNode;

/** Where a schema is asked about: the whole schema and the document that decides between branches. */
export interface SchemaContext {
  readonly schema: SchemaNode;
  readonly root: JsonNode | undefined;
}

/** The schema of the value at a path: branches are taken by the document's discriminators; undefined where nothing is known. */
export function schemaAt(context: SchemaContext, path: JsonPath): SchemaNode | undefined {
  const union = unionAt(context, path);
  return union && branchFor(context.schema, union, nodeAt(context.root, path));
}

/** As `schemaAt`, but stops before the last branch is taken, so that all branches can be seen. */
export function unionAt(context: SchemaContext, path: JsonPath): SchemaNode | undefined {
  let current: SchemaNode | undefined = context.schema;
  for (const [depth, segment] of path.entries()) {
    const branch: SchemaNode | undefined =
      current && branchFor(context.schema, current, nodeAt(context.root, path.slice(0, depth)));
    current = branch && resolved(context.schema, memberOf(branch, segment));
  }
  return current;
}

/** The branches of a union with the words of the discriminator that choose each; none for a schema that is no union. */
export function branchesOf(
  whole: SchemaNode,
  union: SchemaNode,
): readonly { readonly words: readonly string[]; readonly schema: SchemaNode }[] {
  const tag = union.discriminator?.propertyName;
  if (tag === undefined) return [];
  return (union.oneOf ?? []).flatMap((reference) => {
    const schema = resolved(whole, reference);
    return schema ? [{ words: wordsOf(schema.properties?.[tag]), schema }] : [];
  });
}

const wordsOf = (schema: SchemaNode | undefined): readonly string[] =>
  (schema?.enum ?? [schema?.const]).filter((word) => typeof word === 'string');

function branchFor(whole: SchemaNode, schema: SchemaNode, node: JsonNode | undefined): SchemaNode {
  if (!schema.discriminator) return schema;
  const word = propertyOf(node, schema.discriminator.propertyName)?.value.value;
  return branchesOf(whole, schema).find(({ words }) => words.includes(word))?.schema ?? schema;
}

function memberOf(schema: SchemaNode, segment: string | number): SchemaNode | undefined {
  if (typeof segment === 'number') return schema.items;
  if (schema.properties && Object.hasOwn(schema.properties, segment)) return schema.properties[segment];
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** What a reference leads to; the words that stand beside it are said of this very use. */
function resolved(whole: SchemaNode, schema: SchemaNode | undefined): SchemaNode | undefined {
  if (schema?.$ref === undefined) return schema;
  const { $ref, ...words } = schema;
  const found = whole.definitions?.[$ref.replace('#/definitions/', '')];
  return found && { ...found, ...words };
}
