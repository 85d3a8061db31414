import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The pg_dump of the server's own version where Debian keeps one, else the one on PATH, else the newest that Debian keeps. */
export async function findPgDump(
  serverMajor: number,
  path: string = process.env.PATH ?? '',
  versions = '/usr/lib/postgresql',
): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'pg_dump.exe' : 'pg_dump';
  const kept = await readdir(versions).catch(() => []); // no such folder elsewhere
  const newest = kept
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => b - a);
  const debian = (major: number) => join(versions, String(major), 'bin', name);
  const onPath = path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  for (const file of [debian(serverMajor), ...onPath, ...newest.map(debian)]) if (await isProgram(file)) return file;
  return undefined;
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
