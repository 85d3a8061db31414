import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What V8 made of a program, kept from one process to the next. */
export interface CodeCache {
  /** Undefined where there is none. */
  read(): Buffer | undefined;
  /** Never throws: without a cache the program starts a little later. */
  write(data: Buffer): void;
}

/** Caches of other versions that are left in the folder. */
const kept = 4;

/** The cache of a program's text in a folder of this user alone; its name says the text and the V8 that it is for. */
export function openCodeCache(folder: string, source: Buffer): CodeCache {
  const hash = createHash('sha256').update(`${process.arch} ${process.versions.v8} `).update(source).digest('hex');
  const file = join(folder, `${hash.slice(0, 32)}.bin`);
  return {
    read() {
      try {
        return statSync(folder).uid === ownUid() ? readFileSync(file) : undefined;
      } catch {
        return undefined; // There is none yet, or it cannot be read: the same.
      }
    },
    // In a home that cannot be written the next process has to compile, too.
    write(data) {
      const temporary = join(folder, `.${randomUUID()}.tmp`);
      quietly(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(temporary, data, { mode: 0o600, flag: 'wx' });
        renameSync(temporary, file);
        sweep(folder);
      });
      quietly(() => rmSync(temporary, { force: true }));
    },
  };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // A cache that is not there costs time and nothing else.
  }
}

/** Of Windows, where there are no numbers, every file answers 0. */
const ownUid = (): number => process.getuid?.() ?? 0;

function sweep(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, at: statSync(file).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of files.slice(kept)) rmSync(file, { force: true });
}

/** Where caches of this user lie on this system. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'srdeploy/code');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/srdeploy/code');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'srdeploy/code');
}
