import { type Dirent, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { isDeployConfigName } from '../core/index.ts';
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

/** What a look through a folder leaves out, by absolute path, and where it tells what it could not read. */
export interface Looking {
  readonly isExcluded: (folder: string) => boolean;
  readonly log: (message: string) => void;
}

/** The plan documents below a folder, as absolute paths with `/`. */
export const planFilesBelow = (root: string, looking: Looking): readonly string[] =>
  filesBelow(root, (name) => name.endsWith('.srdeploy'), looking);

/** The plan documents and deploy configs below a folder, as absolute paths with `/`. */
export const documentsBelow = (root: string, looking: Looking): readonly string[] =>
  filesBelow(root, (name) => name.endsWith('.srdeploy') || isDeployConfigName(name), looking);

function filesBelow(
  root: string,
  isWanted: (name: string) => boolean,
  { isExcluded, log }: Looking,
): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string, depth: number) => {
    for (const entry of entriesOf(folder, log)) {
      if (found.length >= MOST_PLANS) return;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST && !isExcluded(path)) visit(path, depth + 1);
      else if (entry.isFile() && isWanted(entry.name)) found.push(path);
    }
  };
  visit(root, 0);
  return found;
}
