import { CompletionItemKind } from 'vscode-languageserver/node';
import { branchesOf, nodeAt, propertiesOf, type SchemaNode, schemaAt } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Caret } from './caret.ts';
import { describeKey } from './hover.ts';
import type { Proposal } from './proposal.ts';
import { escapeSnippet, valueSnippet } from './schema-snippet.ts';

/** The keys that an object does not have yet, the ones that it needs first. */
export function keyProposals(document: OpenDocument, caret: Caret): readonly Proposal[] {
  const taken = keysOf(document, caret);
  const known = knownKeys(document, caret).filter(({ key }) => !taken.has(key));
  return [...known.filter(({ required }) => required), ...known.filter(({ required }) => !required)].map(
    ({ key, schema, required }) => ({
      label: key,
      snippet: caret.hasColon
        ? escapeSnippet(JSON.stringify(key))
        : `${escapeSnippet(JSON.stringify(key))}: ${valueSnippet(schema, resolver(document))}`,
      filter: JSON.stringify(key),
      kind: CompletionItemKind.Property,
      detail: required ? `${schema.title ?? ''} (needed)`.trim() : schema.title,
      documentation: describeKey(schema),
    }),
  );
}

/** Follows a reference into the document's schema. */
export const resolver =
  ({ schema: { schema } }: OpenDocument) =>
  (node: SchemaNode): SchemaNode =>
    node.$ref === undefined ? node : (schema.definitions?.[node.$ref.replace('#/definitions/', '')] ?? node);

/** Keys that the object has, the one at the caret left out: before the caret also where an object is broken. */
function keysOf(document: OpenDocument, caret: Caret): ReadonlySet<string> {
  const object = propertiesOf(nodeAt(document.source.root, caret.path));
  return new Set([...caret.keysBefore, ...object.map(({ key }) => String(key.value))]);
}

interface KnownKey {
  readonly key: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
}

function knownKeys(document: OpenDocument, caret: Caret): readonly KnownKey[] {
  const schema = schemaAt(document.schema, caret.path);
  if (!schema) return [];
  const branches = branchesOf(document.schema.schema, schema).map((branch) => branch.schema);
  if (branches.length === 0) return keysIn(document, schema);
  // The kind is not known yet: its name first, then what any kind could have.
  const tag = schema.discriminator?.propertyName;
  const all = new Map(branches.flatMap((branch) => keysIn(document, branch)).map((known) => [known.key, known]));
  const kinds = branches.flatMap((branch) => branch.properties?.[tag ?? '']?.const ?? []);
  return [...all.values()]
    .map((known) => ({
      ...known,
      schema: known.key === tag && kinds.length > 0 ? { ...known.schema, const: undefined, enum: kinds } : known.schema,
      required: branches.every((branch) => branch.required?.includes(known.key)),
    }))
    .sort((a, b) => Number(b.key === tag) - Number(a.key === tag));
}

const keysIn = (document: OpenDocument, { properties = {}, required = [] }: SchemaNode): readonly KnownKey[] =>
  Object.entries(properties).map(([key, schema]) => ({
    key,
    schema: resolver(document)(schema),
    required: required.includes(key),
  }));
