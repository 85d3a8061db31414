import { SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver/node';
import { toLspRange } from '../convert.ts';
import { namesOf, type ProjectDocument } from '../project-documents.ts';
import type { NameKind } from './names.ts';

const kinds: Partial<Record<NameKind, SymbolKind>> = {
  step: SymbolKind.Event,
  group: SymbolKind.Function,
  database: SymbolKind.Namespace,
  target: SymbolKind.Package,
  connection: SymbolKind.Interface,
  variable: SymbolKind.Variable,
};

/** More are of no use to anybody: another letter is typed. */
const MOST = 500;

/** What is defined in documents and has the letters of a question, in their order, in its name. */
export function workspaceSymbols(documents: readonly ProjectDocument[], query: string): WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  for (const document of documents) {
    for (const { kind, name, range, isDefinition } of namesOf(document)) {
      const symbol = kinds[kind];
      if (!isDefinition || symbol === undefined || !hasLetters(name, query)) continue;
      if (found.length >= MOST) return found;
      const location = { uri: document.uri, range: toLspRange(range) };
      found.push({
        name,
        kind: symbol,
        containerName: 'names' in document ? document.file : document.source.file,
        location,
      });
    }
  }
  return found;
}

function hasLetters(name: string, query: string): boolean {
  const [within, letters] = [name.toLowerCase(), query.toLowerCase()];
  let at = 0;
  for (const letter of letters) {
    at = within.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
