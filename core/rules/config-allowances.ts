import { createScanner } from 'jsonc-parser';
import { itemsOf } from '../read/json-nodes.ts';
import type { JsonNode, Source } from '../read/source.ts';

/** `// srdeploy: allow C009 reason` in a deploy config. */
export interface ConfigAllowance {
  /** The code as written; the empty string where none is. */
  readonly rule: string;
  readonly reason: string;
  /** Where the comment stands, UTF-16, half-open. */
  readonly start: number;
  readonly end: number;
  /** What it is for: the line that it stands in, or the key or item behind it, with all that is in it. */
  readonly from: number;
  readonly to: number;
}

// The scanner's token kinds; its own names are a const enum, which vanishes when files are compiled one by one.
const [LINE_COMMENT, BLOCK_COMMENT, LINE_BREAK, TRIVIA, END] = [12, 13, 14, 15, 17];
const ALLOW = /^(?:\/\/|\/\*)[ \t]*srdeploy:[ \t]*allow\b[ \t]*(\S*)[ \t]*(.*?)[ \t]*(?:\*\/)?$/;

/** The allowances of a deploy config: behind something, for its line; on a line of its own, for the next key or item. */
export function configAllowances({ text, root }: Source): readonly ConfigAllowance[] {
  if (!/srdeploy:[ \t]*allow\b/.test(text)) return [];
  const scanner = createScanner(text, false);
  const found: ConfigAllowance[] = [];
  let lineBegin = 0;
  let isFirst = true;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    if (token === LINE_BREAK) [lineBegin, isFirst] = [end, true];
    if (token === LINE_BREAK || token === TRIVIA) continue;
    const match =
      token === LINE_COMMENT || token === BLOCK_COMMENT ? ALLOW.exec(text.slice(start, end).trimEnd()) : null;
    const [, rule = '', reason = ''] = match ?? [];
    if (match)
      found.push({ rule, reason, start, end, ...(isFirst ? behind(root, end) : { from: lineBegin, to: start }) });
    // One comment may stand behind another.
    if (token !== LINE_COMMENT && token !== BLOCK_COMMENT) isFirst = false;
  }
  return found;
}

/** The first key or item that begins behind an offset, in the innermost object or list around it; nothing where none follows. */
function behind(root: JsonNode | undefined, offset: number): { readonly from: number; readonly to: number } {
  for (let node = root; node; ) {
    const members: readonly JsonNode[] = node.type === 'object' ? (node.children ?? []) : itemsOf(node);
    const around = members.find((one) => one.offset < offset && offset < one.offset + one.length);
    if (around) {
      node = around.type === 'property' ? around.children?.[1] : around;
      continue;
    }
    const next = members.find((one) => one.offset >= offset);
    return next ? { from: next.offset, to: next.offset + next.length } : { from: offset, to: offset };
  }
  return { from: offset, to: offset };
}
