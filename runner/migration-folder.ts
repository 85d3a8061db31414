import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { excludedFolders } from '../core/index.ts';
import type { Project } from './project.ts';

/** The files of a folder, relative to the project with `/`. */
export interface ListedFolder {
  readonly paths: readonly string[];
  /** Folders below that hold SQL files and were not followed. */
  readonly unfollowed: readonly string[];
}

/** True for a path that names a folder, so that it is planned as one. */
export const isFolder = (project: Project, path: string): boolean =>
  statSync(join(project.root, path), { throwIfNoEntry: false })?.isDirectory() === true;

/** What a folder holds. A file or folder whose name begins with `.` or `_` is no migration and is left out. Throws where it may not be read. */
export function listFolder(project: Project, folder: string, recursive: boolean): ListedFolder {
  const paths: string[] = [];
  const unfollowed: string[] = [];
  const visit = (at: string) => {
    for (const entry of entriesIn(project, at)) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (isLeftOut(entry.name)) continue;
      else if (recursive) visit(path);
      else if (entriesIn(project, path).some(({ name }) => /\.sql$/i.test(name))) unfollowed.push(path);
    }
  };
  visit(folder === '.' ? '' : folder);
  return { paths, unfollowed };
}

const isLeftOut = (name: string): boolean => /^[._]/.test(name) || excludedFolders.includes(name);

const entriesIn = (project: Project, folder: string): Dirent[] =>
  readdirSync(join(project.root, folder), { withFileTypes: true });
