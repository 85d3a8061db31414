import {
  itemsOf,
  type JsonNode,
  lineStart,
  propertyOf,
  type Range,
  readSource,
  type Source,
} from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';

/** A check or step of a plan, and the list that it stands in. */
export interface PlacedOperation {
  /** The plan, in which comments are allowed: nobody loses one for having written it. */
  readonly source: Source;
  readonly key: (typeof LISTS)[number];
  readonly list: JsonNode;
  readonly items: readonly JsonNode[];
  readonly index: number;
  readonly node: JsonNode;
}

const LISTS = ['pre_checks', 'steps', 'post_checks'] as const;

/** The check or step that a stretch begins in, or else the one on the same line; undefined where there is none, or where the text does not parse. */
export function operationAt(document: OpenDocument, { start }: Range): PlacedOperation | undefined {
  const source = commented(document.source);
  if (document.kind !== 'plan' || source.problems.length > 0) return undefined;
  const at = source.lines.offsetAt(start);
  const all = LISTS.flatMap((key) => {
    const list = propertyOf(source.root, key)?.value;
    const items = itemsOf(list);
    return list ? items.map((node, index) => ({ source, key, list, items, index, node })) : [];
  }).filter(({ node }) => node.type === 'object');
  const end = ({ offset, length }: JsonNode) => offset + length;
  return (
    all.find(({ node }) => node.offset <= at && at <= end(node)) ??
    all.find(({ node }) => lineStart(source.text, node.offset) <= at && at < node.offset)
  );
}

const commented = (source: Source): Source =>
  source.problems.length === 0 ? source : readSource(source.file, source.text, 'jsonc');
