import { randomUUID } from 'node:crypto';
import { chmod, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './error-code.ts';
import { syncFolder } from './sync-folder.ts';
import { writeNewFile } from './write-new-file.ts';

/**
 * Gives a file new content so that every reader sees the old or the new, whole, and so does the disk after a power loss. A process
 * that dies on the way leaves `.<name>.<random>.tmp` beside it. Rejects where the disk is full; the old content is then untouched.
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  await replacePermitted(file, content, { mode: 0o600, permit: async () => true });
}

export interface ReplaceOptions {
  /** Of the new file, exactly. */
  readonly mode: number;
  /** Asked when nothing but the new name is left to do; false: the file stays as it is. */
  readonly permit: () => Promise<boolean>;
}

/** As `replaceFile`, with a mode, and only where it is permitted at the last moment. */
export async function replacePermitted(
  file: string,
  content: string | Uint8Array,
  { mode, permit }: ReplaceOptions,
): Promise<'replaced' | 'not-permitted'> {
  const folder = dirname(file);
  const temporary = join(folder, `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    await writeNewFile(temporary, content);
    if (mode !== 0o600) await chmod(temporary, mode);
    if (!(await permit())) {
      await rm(temporary, { force: true });
      return 'not-permitted';
    }
    await renameWithPatience(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
  return 'replaced';
}

/** Windows refuses to replace a file for the moment in which a virus scanner or an indexer reads it. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 20) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isHeld = process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error) ?? '');
      if (!isHeld || waitedMs >= 2_000) throw error;
      await delay(20);
    }
  }
}
