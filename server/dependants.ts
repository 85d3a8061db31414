import { posix } from 'node:path';
import type { OpenDocument } from './open-document.ts';

/** What other scripts than those that are named can change: which name was meant, and which rollback is there. Patterns name any. */
const BY_NEIGHBOURS = ['P002', 'P003'];

export const isScript = (path: string): boolean => path.toLowerCase().endsWith('.sql');

/** The documents whose findings may change with SQL files that came or went; `codesOf` are the findings that were last sent. */
export function dependantsOf(
  scripts: readonly string[],
  documents: readonly OpenDocument[],
  codesOf: (uri: string) => ReadonlySet<string>,
): readonly string[] {
  const names = scripts.map((path) => posix.basename(path));
  return documents
    .filter(
      ({ uri, kind, source }) =>
        kind === 'config' ||
        BY_NEIGHBOURS.some((code) => codesOf(uri).has(code)) ||
        names.some((name) => source.text.includes(name)),
    )
    .map(({ uri }) => uri);
}
