import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ReadFile } from '../../core/index.ts';
import { decodeText } from './decode-text.ts';
import { createTextMemory } from './text-memory.ts';

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
