import {
  applyEdits,
  indentationOf,
  insertMember,
  type JsonNode,
  layoutOf,
  propertiesOf,
  readSource,
  removeMember,
  type SchemaNode,
  type Source,
  type TextEdit,
} from '../../core/index.ts';

/** What an operation becomes: the word for its kind, what the schema says of the kind, and values that are known. */
export interface OtherKind {
  readonly word: string;
  readonly schema: SchemaNode;
  readonly given?: Readonly<Record<string, unknown>>;
}

/**
 * An operation as another kind. It keeps what both kinds have. What the new kind needs takes the place of what it does not know, as an empty text
 * where no value is given, which the schema then names; what is left over goes, with the comments behind it.
 */
export function convertOperation({ text, root }: Source, node: JsonNode, kind: OtherKind): TextEdit {
  const indentation = indentationOf(text, node.offset);
  const old = text.slice(node.offset, node.offset + node.length);
  // The operation by itself: nothing else can change.
  let own = readSource('', indentation + old, 'jsonc');
  const edit = (edits: readonly TextEdit[]) => {
    own = readSource('', applyEdits(own.text, edits), 'jsonc');
  };
  const keys = () => propertiesOf(own.root).map(({ key }) => String(key.value));
  const unknown = keys().filter((key) => !Object.hasOwn(kind.schema.properties ?? {}, key));
  const missing = (kind.schema.required ?? []).filter((key) => !keys().includes(key));
  edit(replaced(own, kind, unknown, missing));
  for (const key of unknown.slice(missing.length))
    edit(own.root ? removeMember(own.text, own.root, keys().indexOf(key)) : []);
  const place = { layout: layoutOf(text, root), isRoot: false };
  for (const key of missing.slice(unknown.length))
    edit(own.root ? insertMember(own.text, own.root, { key, value: givenFor(kind, key) }, place) : []);
  return smallest({ from: node.offset, to: node.offset + node.length, text: own.text.slice(indentation.length) }, old);
}

/** The word for the kind, and members that are needed in the place of ones that are not known. */
const replaced = (own: Source, kind: OtherKind, unknown: readonly string[], missing: readonly string[]): TextEdit[] =>
  propertiesOf(own.root).flatMap(({ key: { offset, value: key }, value }) => {
    const to = value.offset + value.length;
    if (key === 'type') return [{ from: value.offset, to, text: JSON.stringify(kind.word) }];
    const next = missing[unknown.indexOf(String(key))];
    const text = `${JSON.stringify(next)}: ${JSON.stringify(givenFor(kind, next ?? ''))}`;
    return next === undefined ? [] : [{ from: offset, to, text }];
  });

const givenFor = ({ given = {} }: OtherKind, key: string): unknown => given[key] ?? '';

/** The same edit without what it leaves as it is at both ends. */
function smallest({ from, to, text }: TextEdit, old: string): TextEdit {
  let [head, tail] = [0, 0];
  const most = Math.min(old.length, text.length);
  while (head < most && old[head] === text[head]) head++;
  while (tail < most - head && old.at(-1 - tail) === text.at(-1 - tail)) tail++;
  return { from: from + head, to: to - tail, text: text.slice(head, text.length - tail) };
}
