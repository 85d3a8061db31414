import { readFileSync, statSync } from 'node:fs';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { uriOfPath } from './file-uri.ts';

/** Longer texts are not looked at beside a document. Bytes. */
const MOST = 1_000_000;

/** Files by their absolute paths, as they stand in the editor or else on disk. */
export interface ProjectFiles {
  /** Undefined for a file that cannot be read or is too long to be looked at. */
  textOf(path: string): string | undefined;
  /** Another one when the text is another; undefined for a file that cannot be read. */
  stampOf(path: string): string | undefined;
}

/** What the editor has open, by URI. */
interface OpenTexts {
  readonly texts: { get(uri: string): TextDocument | undefined };
}

export function projectFiles({ texts }: OpenTexts): ProjectFiles {
  return {
    textOf(path) {
      const open = texts.get(uriOfPath(path));
      if (open) return open.getText();
      return ifThere(() => (statSync(path).size > MOST ? undefined : readFileSync(path, 'utf8')));
    },
    stampOf(path) {
      const open = texts.get(uriOfPath(path));
      if (open) return `version ${open.version}`;
      return ifThere(() => {
        const { ino, mtimeMs, size } = statSync(path);
        return `${ino} ${mtimeMs} ${size}`;
      });
    },
  };
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    // What cannot be read is not described; opening it tells why.
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
