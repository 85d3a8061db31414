import { excludedFolders } from '../core/index.ts';

/** Decides which folders the index leaves out, by absolute path with `/`. Globs know `**`, `*` and `?`. */
export function createExclusions(globs: readonly string[]): (folder: string) => boolean {
  const patterns = globs.map(toPattern);
  return (folder) =>
    excludedFolders.includes(folder.slice(folder.lastIndexOf('/') + 1)) ||
    patterns.some((pattern) => pattern.test(folder));
}

/** A glob that names a folder anywhere, with or without a leading or trailing `**`. */
function toPattern(glob: string): RegExp {
  const folder = glob.replace(/^\*\*\//, '').replace(/\/(\*\*)?$/, '');
  const source = folder
    .split('/')
    .map((segment) => (segment === '**' ? '.*' : segmentPattern(segment)))
    .join('/');
  return new RegExp(`(^|/)${source}$`);
}

const segmentPattern = (segment: string): string =>
  segment
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
