import { type JsonNode, readSource, type Source } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Caret } from './caret.ts';

/**
 * The document as if what stands at the caret were finished: a half-typed key or value no longer swallows what follows it, so that
 * its neighbours are read as they are meant. Paths hold in both; offsets behind the caret do not.
 */
export function mendedAt(document: OpenDocument, caret: Caret): OpenDocument {
  const { source } = document;
  const { root, problems } = source;
  const mended =
    root && problems.length === 0 ? { ...source, root: withPlaceholder(root, caret) } : readMended(document, caret);
  return { ...document, source: mended, schema: { ...document.schema, root: mended.root } };
}

function readMended({ source: { file, text }, kind }: OpenDocument, caret: Caret): Source {
  const placeholder = caret.wants === 'value' ? 'null' : caret.hasColon ? '""' : '"": null';
  const comma = { before: caret.commaAt === undefined ? '' : ',', after: caret.commaAfter ? ',' : '' };
  const mended = text.slice(0, caret.start) + comma.before + placeholder + comma.after + text.slice(caret.end);
  return readSource(file, mended, kind === 'plan' ? 'json' : 'jsonc');
}

/** What reading a sound text with the placeholder in it would give; all but the way to the caret is shared with the tree that is there. */
function withPlaceholder(node: JsonNode, caret: Caret): JsonNode {
  const children = node.children ?? [];
  const around = children.findIndex((child) => isAround(child, caret));
  const inner = children[around];
  if (inner) return { ...node, children: children.with(around, withPlaceholder(inner, caret)) };
  const at = children.findIndex(({ offset }) => offset >= caret.start);
  const next = children[at];
  if (next?.offset === caret.start && caret.end > caret.start)
    return { ...node, children: children.with(at, next.type === 'property' ? withoutName(next) : nothing(caret)) };
  const made = node.type === 'object' ? unnamed(caret) : nothing(caret);
  return { ...node, children: children.toSpliced(at === -1 ? children.length : at, 0, made) };
}

/** True where the caret is inside a list or object, or in the value of a property. */
function isAround({ type, offset, length }: JsonNode, { start, end }: Caret): boolean {
  const isBefore = end < offset + length || (type === 'property' && end > start && end === offset + length);
  return offset < start && isBefore;
}

const nothing = ({ start, end }: Caret): JsonNode => ({
  type: 'null',
  offset: start,
  length: end - start,
  value: null,
});

const unnamed = ({ start }: Caret): JsonNode => ({
  type: 'property',
  offset: start,
  length: 0,
  children: [
    { type: 'string', offset: start, length: 0, value: '' },
    { type: 'null', offset: start, length: 0, value: null },
  ],
});

function withoutName(property: JsonNode): JsonNode {
  const [key, ...value] = property.children ?? [];
  return { ...property, children: key ? [{ ...key, value: '' }, ...value] : value };
}
