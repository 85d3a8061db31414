import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { excludedFolders, type Facts } from '../core/index.ts';

const mostScripts = 20_000;

/** What rules may know of a project on this machine, looked up at the moment it is asked for. */
export function projectFacts(root: string): Facts {
  const inside = realpathSync.native(root) + sep;
  let scripts: readonly string[] | undefined;
  return {
    scriptAt(path) {
      const absolute = join(root, path);
      const stat = statSync(absolute, { throwIfNoEntry: false });
      if (!stat?.isFile()) return 'missing';
      return realpathSync.native(absolute).startsWith(inside) ? 'present' : 'outside';
    },
    scripts: () => {
      scripts ??= sqlFilesBelow(root);
      return scripts;
    },
  };
}

/** Paths of the project's files with an ending, relative with `/`, in the order of their names; bounded. */
export function filesBelow(root: string, ending: string): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of entriesOf(join(root, folder))) {
      if (found.length >= mostScripts) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (excludedFolders.includes(entry.name)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && entry.name.endsWith(ending)) found.push(path);
    }
  };
  visit('');
  return found;
}

const sqlFilesBelow = (root: string): readonly string[] => filesBelow(root, '.sql');

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // A folder that cannot be read has no scripts to suggest.
  }
}
