import { type Dirent, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { excludedFolders } from '../core/index.ts';
import { isGone } from './project.ts';

/** More plan documents than a project has, and deeper than it nests them. */
const MOST_PLANS = 2_000;
const DEEPEST = 12;

/** What is in a folder; nothing where it is gone or cannot be read. */
export function entriesOf(folder: string, log: (message: string) => void): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!isGone(error)) log(`${folder} cannot be read: ${String(error)}`);
    return [];
  }
}

/** The plan documents below a folder, as absolute paths with `/`. */
export function planFilesBelow(root: string, log: (message: string) => void): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string, depth: number) => {
    for (const entry of entriesOf(folder, log)) {
      if (found.length >= MOST_PLANS || excludedFolders.includes(entry.name)) continue;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) visit(path, depth + 1);
      else if (entry.isFile() && entry.name.endsWith('.srdeploy')) found.push(path);
    }
  };
  visit(root, 0);
  return found;
}
