import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver/node';
import { itemsOf, type JsonNode, propertiesOf, propertyOf, rangeOf } from '../../core/index.ts';
import { toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

const SECTIONS: Readonly<Record<string, string>> = {
  pre_checks: 'Checks before',
  steps: 'Steps',
  post_checks: 'Checks after',
  connections: 'Connections',
  targets: 'Targets',
  groups: 'Groups',
  databases: 'Databases',
};

const KINDS: Readonly<Record<string, SymbolKind>> = {
  migration: SymbolKind.Event,
  sql_check: SymbolKind.Boolean,
  backup: SymbolKind.File,
  pause: SymbolKind.Key,
  command: SymbolKind.Function,
};

/** The outline of a document by what its parts mean: `step_1  Apply orders`, not `0`. */
export function symbolsOf(document: OpenDocument): DocumentSymbol[] {
  return propertiesOf(document.source.root).flatMap(({ key, value }) => {
    const name = String(key.value);
    if (name === 'target_env') return [targetSymbol(document, key, value)];
    const title = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
    if (title === undefined || (value.type !== 'array' && value.type !== 'object')) return [];
    const children =
      value.type === 'array'
        ? itemsOf(value).map((item, index) =>
            name === 'groups' ? groupSymbol(document, item, index) : operationSymbol(document, item, index),
          )
        : propertiesOf(value).map((member) => memberSymbol(document, member.key, member.value));
    const kind = value.type === 'array' ? SymbolKind.Array : SymbolKind.Namespace;
    return [{ ...place(document, value, key), name: title, detail: String(children.length), kind, children }];
  });
}

function targetSymbol(document: OpenDocument, key: JsonNode, value: JsonNode): DocumentSymbol {
  const id = textOf(value, 'id');
  return {
    ...place(document, value, key),
    name: `Target ${textOf(value, 'name') || id}`.trim(),
    detail: id,
    kind: SymbolKind.Package,
  };
}

function operationSymbol(document: OpenDocument, item: JsonNode, index: number): DocumentSymbol {
  const type = textOf(item, 'type');
  const id = textOf(item, 'id') || String(index + 1);
  return {
    ...place(document, item, propertyOf(item, 'id')?.value ?? item),
    name: [id, textOf(item, 'name')].filter(Boolean).join('  '),
    detail: type === '' ? '' : `(${type})`,
    kind: (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? SymbolKind.Boolean,
  };
}

const groupSymbol = (document: OpenDocument, item: JsonNode, index: number): DocumentSymbol => ({
  ...place(document, item, propertyOf(item, 'name')?.value ?? item),
  name: textOf(item, 'name') || String(index + 1),
  detail: textOf(item, 'kind'),
  kind: SymbolKind.Function,
});

const memberSymbol = (document: OpenDocument, key: JsonNode, value: JsonNode): DocumentSymbol => ({
  ...place(document, value, key),
  name: String(key.value) || '""',
  detail: textOf(value, 'backend') || textOf(value, 'kind'),
  kind: SymbolKind.Object,
});

/** The whole value and, inside it, what to select; a key in front of the value widens the range. */
function place({ source }: OpenDocument, value: JsonNode, selected: JsonNode) {
  const whole = rangeOf(source, value);
  const selection = rangeOf(source, selected);
  const range = selected.offset < value.offset ? { start: selection.start, end: whole.end } : whole;
  return { range: toLspRange(range), selectionRange: toLspRange(selection) };
}

function textOf(node: JsonNode, key: string): string {
  const value: unknown = propertyOf(node, key)?.value.value;
  return typeof value === 'string' ? value.trim() : '';
}
