import { open } from 'node:fs/promises';

/**
 * Writes a file that must not exist yet, readable by this user alone unless a mode is given, of which the umask takes its part; on disk when
 * it resolves, its name in the folder not yet.
 */
export async function writeNewFile(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
