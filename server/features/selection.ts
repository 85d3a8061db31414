import type { Position, SelectionRange } from 'vscode-languageserver/node';
import type { JsonNode } from '../../core/index.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

/** From the inside of a string to its value, its member, its object, and so on to the whole document. */
export function selectionsAt({ source }: OpenDocument, positions: readonly Position[]): SelectionRange[] {
  const { text, lines, root } = source;
  return positions.map((position) => {
    const at = lines.offsetAt(fromLspPosition(position));
    let selection: SelectionRange = { range: toLspRange(lines.range(0, text.length)) };
    for (const [start, end] of stretchesAt(root, at, text)) {
      const range = toLspRange(lines.range(start, end));
      selection = { range, parent: selection };
    }
    return selection;
  });
}

type Stretch = readonly [start: number, end: number];

/** The nodes around an offset, the outermost first; of brackets and quotes also what is inside of them. */
function* stretchesAt(root: JsonNode | undefined, at: number, text: string): Generator<Stretch> {
  let last: Stretch = [0, text.length];
  for (let node = root; node; node = node.children?.find((child) => holds(child, at))) {
    const end = node.offset + node.length;
    const inside = [node.offset + 1, isClosed(node, text) ? end - 1 : end] as const;
    for (const stretch of node.type === 'property'
      ? [[node.offset, end] as const]
      : [[node.offset, end] as const, inside]) {
      const [from, to] = stretch;
      const isBracketed = node.type === 'object' || node.type === 'array' || node.type === 'string';
      if (stretch === inside && !(isBracketed && from <= at && at <= to && from < to)) continue;
      if (last[0] === from && last[1] === to) continue;
      last = stretch;
      yield stretch;
    }
  }
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']', '"': '"' };
const isClosed = ({ offset, length }: JsonNode, text: string): boolean =>
  length > 1 && text[offset + length - 1] === closing[text[offset] ?? ''];

const holds = ({ offset, length }: JsonNode, at: number): boolean => offset <= at && at <= offset + length;
