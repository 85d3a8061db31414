import type { Dirent } from 'node:fs';
import { promises } from 'node:fs';

/** What changed on disk. Paths are absolute, with `/`. */
export interface FileChange {
  readonly path: string;
  readonly type: 'created' | 'changed' | 'deleted';
}

/** The SQL files of the workspace, by absolute path with `/`. Names only: no file is ever read. */
export interface WorkspaceIndex {
  has(path: string): boolean;
  /** Sorted by path, numbers in their order. */
  below(folder: string): readonly string[];
  /** Looks through a folder; resolves when all of it is known. */
  scan(folder: string): Promise<void>;
  forget(folder: string): void;
  apply(changes: readonly FileChange[]): void;
}

/** More than this is no project's migrations: the rest is left out and said. */
const MAX_FILES = 50_000;
const MAX_DEPTH = 32;

export interface WorkspaceIndexOptions {
  readonly isExcluded: (folder: string) => boolean;
  readonly log: (message: string) => void;
}

export function createWorkspaceIndex({ isExcluded, log }: WorkspaceIndexOptions): WorkspaceIndex {
  const files = new Set<string>();
  const sorted = new Map<string, readonly string[]>();
  const changed = () => sorted.clear();
  const isListed = (path: string) => isSql(path) && !ancestorsOf(path).some(isExcluded);

  const add = (path: string) => {
    if (files.size < MAX_FILES) files.add(path);
    else if (!files.has(path)) log(`The index is full at ${MAX_FILES} SQL files; ${path} is not in it.`);
    changed();
  };
  const forget = (folder: string) => {
    for (const file of files) if (isBelow(file, folder)) files.delete(file);
    changed();
  };
  const scan = async (folder: string, depth = 0): Promise<void> => {
    if (depth > MAX_DEPTH || files.size >= MAX_FILES || isExcluded(folder)) return;
    const entries = await promises.readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      // A folder that went away while we looked is no news; the watcher says so.
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') log(`${folder} cannot be read: ${error.message}`);
      return [] as Dirent[];
    });
    for (const entry of entries) if (entry.isFile() && isSql(entry.name)) add(join(folder, entry.name));
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
    await Promise.all(folders.map((one) => scan(one, depth + 1)));
  };

  return {
    has: (path) => files.has(path),
    below(folder) {
      const known = sorted.get(folder);
      if (known) return known;
      const found = [...files].filter((file) => isBelow(file, folder)).sort(byName.compare);
      sorted.set(folder, found);
      return found;
    },
    scan: (folder) => scan(folder),
    forget,
    apply(changes) {
      for (const { path, type } of changes) {
        if (type === 'created' && isListed(path)) add(path);
        if (type !== 'deleted') continue;
        files.delete(path);
        // A deleted folder is reported alone, without what was in it.
        if (!isSql(path)) forget(path);
        changed();
      }
    },
  };
}

const byName = new Intl.Collator('en', { numeric: true });
const isSql = (path: string): boolean => path.toLowerCase().endsWith('.sql');
const join = (folder: string, name: string): string => (folder.endsWith('/') ? folder + name : `${folder}/${name}`);
const isBelow = (file: string, folder: string): boolean =>
  file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

function ancestorsOf(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.slice(1, -1).map((_, index) => segments.slice(0, index + 2).join('/'));
}
