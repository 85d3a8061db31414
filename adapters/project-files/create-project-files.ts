import { lstat, mkdir, readFile, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ProjectFiles, ReadFile } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { decodeText } from './decode-text.ts';
import { createPlainReader, type PlainReader } from './plain-reader.ts';
import { resolveInside } from './resolve-inside.ts';

const MISSING = ['ENOENT', 'ENOTDIR'];

/** The files below a folder, as `ProjectFiles` promises. `project` is absolute; `remembers` as of `createPlainReader`. */
export function createProjectFiles(project: string, { remembers = false } = {}): ProjectFiles {
  const readPlain = createPlainReader(project, remembers);
  return {
    readText: (path) => readText(project, path, readPlain).catch(unreadable),
    freeBytes: async (path) => {
      const { bavail, bsize } = await statfs(await deepestFolder(resolve(project, path)), { bigint: true });
      return Number(bavail * bsize);
    },
    prepareForWriting: async (path) => {
      try {
        return await prepare(project, path);
      } catch (error) {
        return { type: 'refused', message: messageOf(error) };
      }
    },
    absolute: (path) => resolve(project, path),
  };
}

async function readText(project: string, path: string, readPlain: PlainReader): Promise<ReadFile> {
  const plain = readPlain(path);
  if (plain) return plain;
  const place = await resolveInside(project, path);
  if (place.type !== 'inside') return place;
  const found = await stat(place.absolute).catch(onCode(MISSING, undefined));
  if (!found) return { type: 'missing' };
  return found.isFile() ? decodeText(await readFile(place.absolute), path) : { type: 'not-a-file' };
}

const unreadable = (error: unknown): ReadFile => ({ type: 'unreadable', message: messageOf(error) });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function prepare(
  project: string,
  path: string,
): Promise<
  { readonly type: 'ready'; readonly absolute: string } | { readonly type: 'refused'; readonly message: string }
> {
  const place = await resolveInside(project, path);
  if (place.type === 'outside') return { type: 'refused', message: `${path} is outside the project.` };
  if (place.type === 'missing') return { type: 'refused', message: `${path} is a symbolic link that leads nowhere.` };
  await mkdir(dirname(place.absolute), { recursive: true, mode: 0o700 });
  // Again, now that the folders are there: somebody else may have put a link where nothing was.
  const above = await resolveInside(project, dirname(place.absolute));
  if (above.type !== 'inside') return { type: 'refused', message: `${path} is outside the project.` };
  return { type: 'ready', absolute: join(above.absolute, basename(place.absolute)) };
}

/** The deepest folder that is there, on the way from the root to a path. */
async function deepestFolder(path: string): Promise<string> {
  const found = await lstat(path).then(
    () => stat(path),
    (error: unknown) => {
      if (MISSING.includes(errorCode(error) ?? '')) return undefined;
      throw error;
    },
  );
  return found?.isDirectory() || dirname(path) === path ? path : deepestFolder(dirname(path));
}
