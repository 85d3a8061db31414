import type { FoundParts } from '../../model/found-parts.ts';

type Folders = Pick<FoundParts, 'migrations' | 'packages' | 'functions' | 'services' | 'images' | 'infra'>;

/** What of the finds lies in folders that a pattern can name, with a note for each folder that none can. */
export function plainOnly(all: Folders): { readonly found: Folders; readonly notes: readonly string[] } {
  const odd = new Set<string>();
  const isNamed = (folder: string): boolean => {
    if (isPlain(folder)) return true;
    odd.add(folder);
    return false;
  };
  const kept = <T extends { readonly folder: string }>(parts: readonly T[]) =>
    parts.filter(({ folder }) => isNamed(folder));
  const found = {
    migrations: kept(all.migrations),
    packages: kept(all.packages),
    functions: kept(all.functions),
    services: kept(all.services),
    images: all.images.filter(isNamed),
    infra: all.infra && isNamed(all.infra.folder) ? all.infra : undefined,
  };
  return { found, notes: [...odd].map(noteOf) };
}

/**
 * Whether a path stands for itself in a pattern and in a key of the config. U+FFFD is what a name becomes that is not UTF-8: nothing finds
 * it again.
 */
export const isPlain = (path: string): boolean =>
  !/[*?[\]{}()\\\uFFFD]|^!/.test(path) && (path === '' || /\S/.test(path));

const noteOf = (folder: string): string =>
  `The folder ${JSON.stringify(folder)} was left out: a pattern cannot name it. Rename it without * ? [ ] { } ( ) \\ and write a group for it.`;
