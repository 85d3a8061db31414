import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Problem, Range } from '../model/problem.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { syntaxProblems, tooDeeplyNested } from './syntax-problems.ts';

/** A node of a JSON document, with its offset and length in the text. */
export type JsonNode = Node;

/** `json` is strict; `jsonc` takes comments and trailing commas. */
export type JsonDialect = 'json' | 'jsonc';

/** A JSON text, parsed as far as it can be. */
export interface Source {
  /** As it stands in problems: relative to the project, with `/`. */
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly lines: LineIndex;
  /** What could be made of the text, also where it is broken; undefined where that is nothing. */
  readonly root: JsonNode | undefined;
  /** Comments and trailing commas are problems. */
  readonly isStrict: boolean;
  /** What keeps the text from being JSON. */
  readonly problems: readonly Problem[];
}

/** Parses a text; never throws, however broken or deeply nested it is. */
export function readSource(file: string, rawText: string, dialect: JsonDialect): Source {
  const text = rawText.charCodeAt(0) === 0xfeff ? rawText.slice(1) : rawText;
  const isStrict = dialect === 'json';
  const bare = { file, text, lines: createLineIndex(text), isStrict };
  const tooDeep = tooDeeplyNested(bare);
  if (tooDeep) return { ...bare, root: undefined, problems: [tooDeep] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: isStrict, allowTrailingComma: !isStrict });
  return { ...bare, root, problems: syntaxProblems(bare, errors) };
}

/** The range of a node, from its first character to behind its last. */
export const rangeOf = (source: Pick<Source, 'lines'>, node: JsonNode): Range =>
  source.lines.range(node.offset, node.offset + node.length);
