import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { excludedFolders, isCaptured, simpleGlob } from '../../core/index.ts';
import { isGone } from '../project.ts';

/** A file of a project and the pattern that matches it. Both relative to the project, with `/`. */
export interface FirstFile {
  readonly path: string;
  readonly pattern: string;
}

/** So many folders and files are looked at: a hover answers at once or not. */
const MOST = 5_000;

/** The first file of a project, by name, that one of the patterns matches; undefined where there is none, or too much to look through. */
export function firstFile(root: string, patterns: readonly string[]): FirstFile | undefined {
  const globs = patterns.flatMap((pattern) => {
    const glob = simpleGlob(pattern);
    return glob ? [{ pattern, glob }] : [];
  });
  let seen = 0;
  const visit = (folder: string): FirstFile | undefined => {
    for (const entry of entriesOf(posix.join(root, folder))) {
      seen += 1;
      if (seen > MOST || excludedFolders.includes(entry.name)) continue;
      const path = posix.join(folder, entry.name);
      const match = entry.isFile() && globs.find(({ glob, pattern }) => glob.test(path) && isCaptured(path, pattern));
      if (match) return { path, pattern: match.pattern };
      const below = entry.isDirectory() ? visit(path) : undefined;
      if (below) return below;
    }
    return undefined;
  };
  return globs.length > 0 ? visit('') : undefined;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => byName.compare(a.name, b.name));
  } catch (error) {
    // A folder that nobody may look into has nothing to show.
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw error;
  }
}

const byName = new Intl.Collator('en', { numeric: true });
