import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ReadFile } from '../../core/index.ts';
import { decodeText } from './decode-text.ts';

/** A regular file inside the project; undefined where anything about it is unusual, for the caller to say what. */
export type PlainReader = (path: string) => ReadFile | undefined;

/** How long the real place of a folder is remembered, in milliseconds: the files of one plan lie in few folders. */
const rememberedMs = 1_000;

/**
 * Reads the plain files of a project. Each call of the system is made at once: through the thread pool the thousand small files of a plan
 * take ten times as long. `remembers`: a file that the system says is unchanged is not read again.
 */
export function createPlainReader(project: string, remembers: boolean): PlainReader {
  const places = new Map<string, { readonly real: string; readonly at: number }>();
  const texts = createTextMemory();
  const realPlace = (folder: string): string => {
    const known = places.get(folder);
    const now = performance.now();
    if (known && now - known.at < rememberedMs) return known.real;
    const real = realpathSync.native(folder);
    places.set(folder, { real, at: now });
    return real;
  };
  return (path) => {
    if (path.includes('\0')) return undefined;
    const absolute = resolve(project, path);
    try {
      const folder = realPlace(dirname(absolute));
      const file = join(folder, basename(absolute));
      if (!file.startsWith(`${realPlace(project)}${sep}`)) return undefined;
      const found = lstatSync(file);
      if (!found.isFile()) return undefined;
      const read = () => decodeText(readFileSync(file), path);
      return remembers ? texts.of(file, found, read) : read();
    } catch {
      return undefined; // The caller looks again, step by step, and says what is wrong.
    }
  };
}

/** Characters of texts that are remembered at most. */
const mostCharacters = 16_000_000;
/** What was changed so short a time ago may change again within the same tick of the file system's clock; milliseconds. */
const youngMs = 2_000;

interface Remembered {
  readonly found: Stats;
  readonly read: ReadFile;
}

function createTextMemory() {
  const known = new Map<string, Remembered>();
  let characters = 0;
  const forget = (file: string) => {
    characters -= sizeOf(known.get(file)?.read);
    known.delete(file);
  };
  return {
    of(file: string, found: Stats, make: () => ReadFile): ReadFile {
      const before = known.get(file);
      if (before && isSame(before.found, found)) return before.read;
      if (before) forget(file);
      const read = make();
      if (Date.now() - Math.max(found.mtimeMs, found.ctimeMs) < youngMs) return read;
      known.set(file, { found, read });
      characters += sizeOf(read);
      for (const oldest of known.keys()) {
        if (characters <= mostCharacters) break;
        forget(oldest);
      }
      return read;
    },
  };
}

const sizeOf = (read: ReadFile | undefined): number => (read?.type === 'found' ? read.text.length : 0);

const isSame = (a: Stats, b: Stats): boolean =>
  a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
