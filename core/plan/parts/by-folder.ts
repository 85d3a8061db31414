import { folderOf } from '../named-file.ts';

/** Paths by the folder that they lie in, `''` for the top; folders and paths in the order of their first path. */
export function byFolder(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const folder = folderOf(path).slice(0, -1);
    const known = folders.get(folder);
    if (known) known.push(path);
    else folders.set(folder, [path]);
  }
  return folders;
}
