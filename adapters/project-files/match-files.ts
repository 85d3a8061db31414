import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, onCode } from '../durable/error-code.ts';
import { type CompiledPattern, compilePattern } from './compile-pattern.ts';
import { resolveInside } from './resolve-inside.ts';

/** Left out wherever they are. */
const NEVER = ['node_modules', '.git', '.srdeploy'];

/**
 * The files of a project that each glob matches, relative to it with `/`, plainly sorted. `root` is absolute. The folders are walked once for
 * all globs, and only where one of them may match. A symbolic link counts as the file that it leads to, if that lies in the project; a link to a folder is entered
 * only where a glob names it plainly, so that `**` finds no file twice. Fails where a folder that a glob names cannot be read.
 */
export async function matchFiles(root: string, patterns: readonly string[]): Promise<readonly (readonly string[])[]> {
  const sought = new Map(patterns.map((pattern): [string, Sought] => [pattern, soughtBy(pattern)]));
  await search(root, { path: [], active: [], branch: branchOf([...sought.values()]) });
  for (const { files } of sought.values()) files.sort();
  return patterns.map((pattern) => sought.get(pattern)?.files ?? []);
}

interface Sought extends CompiledPattern {
  readonly files: string[];
}

const soughtBy = (pattern: string): Sought => ({ ...compilePattern(pattern), files: [] });

/** The folders that globs name plainly, as a tree: what is looked for from a folder on, and which folders below it are named. */
interface Branch {
  readonly starting: Sought[];
  readonly below: Map<string, Branch>;
}

function branchOf(sought: readonly Sought[]): Branch {
  const top: Branch = { starting: [], below: new Map() };
  for (const one of sought) {
    let branch = top;
    for (const name of one.base) {
      const next = branch.below.get(name) ?? { starting: [], below: new Map() };
      branch.below.set(name, next);
      branch = next;
    }
    branch.starting.push(one);
  }
  return top;
}

interface Folder {
  readonly path: readonly string[];
  /** What is looked for since a folder above it. */
  readonly active: readonly Sought[];
  /** Undefined where no glob names the folder plainly. */
  readonly branch: Branch | undefined;
}

async function search(root: string, { path, active, branch }: Folder): Promise<void> {
  const wanted = [...active, ...(branch?.starting ?? [])];
  const entries = await entriesOf(join(root, ...path), branch !== undefined);
  const below = (name: string): Folder => ({
    path: [...path, name],
    active: wanted.filter(
      ({ depth, entersDotFolders }) => depth > path.length + 1 && (entersDotFolders || name[0] !== '.'),
    ),
    branch: branch?.below.get(name),
  });
  await Promise.all(
    entries.map(async (entry) => {
      const folder = below(entry.name);
      if (entry.isFile()) take(wanted, folder.path);
      else if (entry.isSymbolicLink()) await followLink(root, folder, wanted);
      else if (entry.isDirectory() && (folder.branch || folder.active.length > 0)) await search(root, folder);
    }),
  );
}

async function entriesOf(absolute: string, isNamed: boolean): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(absolute, { withFileTypes: true });
    return entries.filter(({ name }) => !NEVER.includes(name));
  } catch (error) {
    const code = errorCode(error);
    // It went meanwhile; or nobody asked for this very folder, such as a server's own data in the project.
    if (code === 'ENOENT' || code === 'ENOTDIR' || (!isNamed && code === 'EACCES')) return [];
    throw error;
  }
}

function take(wanted: readonly Sought[], path: readonly string[]): void {
  const file = path.join('/');
  for (const { files, matches } of wanted) if (matches(file)) files.push(file);
}

/** What is looked for since a folder above is not looked for behind a link: it is found where it really is. */
async function followLink(root: string, folder: Folder, wanted: readonly Sought[]): Promise<void> {
  const file = folder.path.join('/');
  if (!folder.branch && !wanted.some(({ matches }) => matches(file))) return;
  const place = await resolveInside(root, file).catch(onCode(['ELOOP'], undefined));
  const found = place?.type === 'inside' ? await stat(place.absolute).catch(onCode(['ENOENT'], undefined)) : undefined;
  if (found?.isFile()) take(wanted, folder.path);
  else if (found?.isDirectory() && folder.branch) await search(root, { ...folder, active: [] });
}
