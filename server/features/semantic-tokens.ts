import type { SemanticTokens } from 'vscode-languageserver/node';
import type { OpenDocument } from '../open-document.ts';
import { tokenLegend } from '../token-legend.ts';
import { type NameKind, namesIn } from './names.ts';

const types: Partial<Record<NameKind, (typeof tokenLegend.tokenTypes)[number]>> = {
  step: 'function',
  group: 'function',
  database: 'namespace',
  target: 'class',
  connection: 'namespace',
  variable: 'variable',
};

/** Names of steps, groups, targets, connections and variables, by what they stand for: five numbers each, relative to the one before. */
export function semanticTokensOf(document: OpenDocument): SemanticTokens {
  const data: number[] = [];
  let [line, character] = [0, 0];
  for (const { kind, range, isDefinition } of namesIn(document)) {
    const type = types[kind];
    const { start, end } = range;
    if (type === undefined || start.line !== end.line) continue;
    const [atLine, at] = [start.line - 1, start.column - 1];
    // One place is one token, whatever it is found as.
    if (data.length > 0 && atLine === line && at === character) continue;
    const from = atLine === line ? character : 0;
    data.push(
      atLine - line,
      at - from,
      end.column - start.column,
      tokenLegend.tokenTypes.indexOf(type),
      isDefinition ? 1 : 0,
    );
    [line, character] = [atLine, at];
  }
  return { data };
}
