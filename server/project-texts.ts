import { readFileSync, statSync } from 'node:fs';
import type { Documents } from './documents.ts';
import { uriOfPath } from './file-uri.ts';

/** Longer texts are not looked at beside a document. Bytes. */
const MOST = 1_000_000;

/** The text of a file by its absolute path, as it stands in the editor or else on disk. */
export const textsOf =
  ({ texts }: Pick<Documents, 'texts'>) =>
  (path: string): string | undefined => {
    const open = texts.get(uriOfPath(path));
    if (open) return open.getText();
    try {
      const { size } = statSync(path);
      return size > MOST ? undefined : readFileSync(path, 'utf8');
    } catch (error) {
      // What cannot be read is not described; opening it tells why.
      if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
      throw error;
    }
  };
