import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import {
  branchesOf,
  type JsonNode,
  type JsonPath,
  propertiesOf,
  rangeOf,
  type SchemaNode,
  schemaAt,
  unionAt,
  wordsOfValue,
} from '../../core/index.ts';
import type { Around } from '../around.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { commandHover } from './command-hover.ts';
import { describeName } from './named-hover.ts';
import { nameAt } from './navigation.ts';

/** What is known of the name at a position; else what the command there runs as; else what the schema says of the key or value there. */
export function hoverAt(document: OpenDocument, position: Position, around: Around): Hover | undefined {
  const named = nameAt(document, position);
  const meaning = named && describeName(document, named, around);
  if (!named || meaning === undefined) return commandHover(document, position) ?? schemaHover(document, position);
  return { contents: { kind: MarkupKind.Markdown, value: meaning }, range: toLspRange(named.range) };
}

function schemaHover(document: OpenDocument, position: Position): Hover | undefined {
  const offset = document.source.lines.offsetAt(fromLspPosition(position));
  const found = document.source.root && find(document.source.root, [], offset);
  if (!found) return undefined;
  const schema = schemaAt(document.schema, found.path) ?? tagSchema(document, found.path);
  if (!schema) return undefined;
  const text = found.isKey ? describeKey(schema) : (describeValue(document, found, schema) ?? describeKey(schema));
  if (text === '') return undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: text },
    range: toLspRange(rangeOf(document.source, found.node)),
  };
}

interface Found {
  readonly node: JsonNode;
  readonly path: JsonPath;
  readonly isKey: boolean;
}

/** The key or simple value that an offset lies in. */
function find(node: JsonNode, path: JsonPath, offset: number): Found | undefined {
  if (node.type === 'array') {
    for (const [index, item] of (node.children ?? []).entries())
      if (holds(item, offset)) return find(item, [...path, index], offset);
    return undefined;
  }
  if (node.type !== 'object') return { node, path, isKey: false };
  for (const { key, value } of propertiesOf(node)) {
    const inside = [...path, String(key.value)];
    if (holds(key, offset)) return { node: key, path: inside, isKey: true };
    if (holds(value, offset)) return find(value, inside, offset);
  }
  return undefined;
}

const holds = ({ offset, length }: JsonNode, at: number): boolean => offset <= at && at <= offset + length;

/** The `type` of something whose type is not known: described by what all kinds have in common. */
function tagSchema(document: OpenDocument, path: JsonPath): SchemaNode | undefined {
  const union = unionAt(document.schema, path.slice(0, -1));
  const tag = union?.discriminator?.propertyName;
  if (!union || tag === undefined || path.at(-1) !== tag) return undefined;
  return branchesOf(document.schema.schema, union)[0]?.schema.properties?.[tag];
}

function describeValue(document: OpenDocument, { node, path }: Found, schema: SchemaNode): string | undefined {
  const union = unionAt(document.schema, path.slice(0, -1));
  if (union && union.discriminator?.propertyName === path.at(-1)) {
    const branch = branchesOf(document.schema.schema, union).find(({ words }) => words.includes(node.value));
    return branch && describeKey(branch.schema);
  }
  const words = wordsOfValue(schema);
  const index = words.enum?.indexOf(node.value) ?? -1;
  const description = index === -1 ? undefined : words.enumDescriptions?.[index];
  return description && `**${String(node.value)}**\n\n${description}`;
}

/** Title, description, possible values and an example. */
export function describeKey(schema: SchemaNode): string {
  const example = schema.examples?.[0];
  const words = wordsOfValue(schema).enum ?? [];
  const parts = [
    schema.title && `**${schema.title}**`,
    schema.description,
    words.length > 1 && `One of ${words.map((word) => `\`${String(word)}\``).join(', ')}.`,
    schema.default !== undefined && `Default: \`${JSON.stringify(schema.default)}\`.`,
    example !== undefined && `Example:\n\n\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``,
  ];
  return parts.filter(Boolean).join('\n\n');
}
