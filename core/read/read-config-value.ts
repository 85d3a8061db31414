import type { Problem } from '../model/problem.ts';
import { jsonValueOf } from './json-nodes.ts';
import { readSource } from './source.ts';

export type ReadConfigValue =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'broken'; readonly problems: readonly Problem[] };

/** What a deploy config says, JSON with comments, whether or not it is a good one; `file` is relative to the project, with `/`. */
export function readConfigValue(file: string, text: string): ReadConfigValue {
  const { root, problems } = readSource(file, text, 'jsonc');
  return problems.length > 0 || !root ? { type: 'broken', problems } : { type: 'value', value: jsonValueOf(root) };
}
