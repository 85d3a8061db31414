import type { Stats } from 'node:fs';
import type { ReadFile } from '../../core/index.ts';

/** Characters of texts that are remembered at most. */
const mostCharacters = 16_000_000;
/**
 * What was changed so short a time ago may change again within the same tick of the file system's clock; milliseconds. Some file systems count
 * in whole seconds, and FAT in two; the others tick with the kernel, every 10 ms at most.
 */
const youngMs = { coarse: 2_000, fine: 50 };

/** What tells a file that was changed. */
type Look = Pick<Stats, 'mtimeMs' | 'ctimeMs' | 'size' | 'ino' | 'dev'>;

interface Remembered {
  readonly found: Look;
  readonly read: ReadFile;
}

/** Files by their place, each as it was read, for as long as the system says that it is unchanged; the oldest give way where there are too many. */
export function createTextMemory() {
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
      if (isYoung(found)) return read;
      known.set(file, { found: lookOf(found), read });
      characters += sizeOf(read);
      for (const oldest of known.keys()) {
        if (characters <= mostCharacters) break;
        forget(oldest);
      }
      return read;
    },
  };
}

function isYoung({ mtimeMs, ctimeMs }: Stats): boolean {
  const tick = mtimeMs % 1_000 === 0 || ctimeMs % 1_000 === 0 ? youngMs.coarse : youngMs.fine;
  return Date.now() - Math.max(mtimeMs, ctimeMs) < tick;
}

const sizeOf = (read: ReadFile | undefined): number => (read?.type === 'found' ? read.text.length : 0);

const lookOf = ({ mtimeMs, ctimeMs, size, ino, dev }: Stats): Look => ({ mtimeMs, ctimeMs, size, ino, dev });

const isSame = (a: Look, b: Look): boolean =>
  a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
