import { CompletionItemKind } from 'vscode-languageserver/node';
import {
  branchesOf,
  itemsOf,
  type JsonPath,
  nextFreeId,
  nodeAt,
  planPartsOf,
  propertyOf,
  type SchemaNode,
  schemaAt,
  unionAt,
  wordsOfValue,
} from '../../core/index.ts';
import type { Around } from '../around.ts';
import { type Chance, momentText } from '../chance.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Caret } from './caret.ts';
import { describeKey } from './hover.ts';
import { resolver } from './key-proposals.ts';
import { projectProposals } from './project-proposals.ts';
import { type Proposal, wordProposal } from './proposal.ts';
import { escapeSnippet, valueSnippet } from './schema-snippet.ts';

/** What the value at the caret may be: words of the schema, kinds, whole steps, and what the project has. */
export function valueProposals(
  document: OpenDocument,
  caret: Caret,
  around: Pick<Around, 'chance' | 'plansNaming'>,
): readonly Proposal[] {
  const parent = unionAt(document.schema, caret.path.slice(0, -1));
  if (parent?.discriminator && parent.discriminator.propertyName === caret.path.at(-1))
    return kindProposals(document, caret, parent);
  const union = unionAt(document.schema, caret.path);
  if (union?.discriminator && typeof caret.path.at(-1) === 'number') return itemProposals(document, caret, union);
  const schema = schemaAt(document.schema, caret.path);
  return [
    ...projectProposals(document, caret.path, around),
    ...momentProposals(document, caret.path, around.chance),
    ...wordProposals(schema),
  ];
}

function wordProposals(schema: SchemaNode | undefined): readonly Proposal[] {
  if (schema?.type === 'boolean')
    return ['true', 'false'].map((word) => wordProposal(word, { snippet: word, filter: word }));
  const known = wordsOfValue(schema);
  const words = known.enum ?? (schema?.const === undefined ? [] : [schema.const]);
  return words.map((word, index) => wordProposal(String(word), { documentation: known.enumDescriptions?.[index] }));
}

/** The kinds of a union; where nothing follows, with the keys that the kind needs and that are not there yet. */
function kindProposals(document: OpenDocument, caret: Caret, union: SchemaNode): readonly Proposal[] {
  const object = nodeAt(document.source.root, caret.path.slice(0, -1));
  return branchesOf(document.schema.schema, union).flatMap(({ words, schema }) => {
    const missing = (schema.required ?? []).filter((key) => key !== caret.path.at(-1) && !propertyOf(object, key));
    const rest = { ...schema, required: missing };
    const body = missing.length > 0 && caret.isLast ? membersOf(valueSnippet(rest, resolver(document))) : '';
    return words.map((word) =>
      wordProposal(word, {
        snippet: escapeSnippet(JSON.stringify(word)) + body,
        detail: schema.title,
        documentation: schema.description,
      }),
    );
  });
}

/** The members of an object's snippet as they continue another object: each on a line of its own, behind a comma. */
const membersOf = (snippet: string): string =>
  `,${snippet.replace(/^\{/, '').replace(/\n\}$/, '').replaceAll('\n\t', '\n')}`;

/** Whole checks or steps with the next free id. */
function itemProposals(document: OpenDocument, caret: Caret, union: SchemaNode): readonly Proposal[] {
  return branchesOf(document.schema.schema, union).flatMap(({ words, schema }) =>
    words.map((word) => ({
      label: schema.title ?? word,
      snippet: valueSnippet(withName(schema), resolver(document), { id: freeId(document, caret, word) }),
      filter: `"${word} ${schema.title ?? ''}`,
      kind: CompletionItemKind.Snippet,
      detail: word,
      documentation: describeKey(schema),
    })),
  );
}

/** Steps are better with a name, though they can do without. */
function withName(schema: SchemaNode): SchemaNode {
  if (!schema.properties?.name) return schema;
  return { ...schema, required: ['id', 'name', ...(schema.required ?? []).filter((key) => key !== 'id')] };
}

function freeId(document: OpenDocument, caret: Caret, word: string): string {
  const taken = new Set(planPartsOf(document.source).operations.map(({ id }) => id?.value));
  if (caret.path[0] !== 'steps') {
    const id = `check_${word}`;
    return taken.has(id) ? nextFreeId(id, taken) : id;
  }
  const siblings = itemsOf(nodeAt(document.source.root, ['steps']));
  const numbered = siblings.map((item) => propertyOf(item, 'id')?.value.value).filter(isNumbered);
  return nextFreeId(numbered.at(-1) ?? 'step_0', taken);
}

const isNumbered = (id: unknown): id is string => typeof id === 'string' && /\d$/.test(id);

function momentProposals(document: OpenDocument, path: JsonPath, chance: Chance): readonly Proposal[] {
  if (document.kind !== 'plan' || path.length !== 1) return [];
  if (path[0] === 'plan_id')
    return [wordProposal(chance.uuid(), { detail: 'A new UUID', kind: CompletionItemKind.Value })];
  if (path[0] === 'created_at')
    return [wordProposal(momentText(chance.now()), { detail: 'Now', kind: CompletionItemKind.Value })];
  return [];
}
