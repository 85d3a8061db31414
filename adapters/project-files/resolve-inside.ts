import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { onCode } from '../durable/error-code.ts';

export type ResolvedPlace =
  /** `absolute` has no symbolic link in it; what it names may not be there. */
  | { readonly type: 'inside'; readonly absolute: string }
  | { readonly type: 'outside' }
  /** It is a symbolic link that leads nowhere. */
  | { readonly type: 'missing' };

/** Where a project path leads, symbolic links resolved, and whether that is inside the project. */
export async function resolveInside(project: string, path: string): Promise<ResolvedPlace> {
  if (path.includes('\0')) return { type: 'outside' };
  const [root, absolute] = await Promise.all([realpath(project), realPlace(resolve(project, path))]);
  if (absolute === undefined) return { type: 'missing' };
  const way = relative(root, absolute);
  const leaves = way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way;
  return leaves ? { type: 'outside' } : { type: 'inside', absolute };
}

/** The real path of the deepest ancestor that is there, and the rest as it is; undefined for a link that leads nowhere. */
async function realPlace(path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(onCode(['ENOENT', 'ENOTDIR'], undefined));
  if (real !== undefined || dirname(path) === path) return real;
  const there = await lstat(path).catch(onCode(['ENOENT', 'ENOTDIR'], undefined));
  if (there?.isSymbolicLink()) return undefined;
  const above = await realPlace(dirname(path));
  return above === undefined ? undefined : join(above, basename(path));
}
