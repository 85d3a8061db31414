import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Processes, ReadFile } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { replacePermitted } from '../durable/replace-file.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { writeNewFile } from '../durable/write-new-file.ts';
import { ensureStore, storeFolder } from '../journal/store-layout.ts';
import { decodeText } from './decode-text.ts';
import { resolveInside } from './resolve-inside.ts';

export interface EditTextFileOptions {
  /** Absolute path of the project. */
  readonly project: string;
  /** Relative to the project; a symbolic link is followed and must stay inside. */
  readonly path: string;
  readonly processes: Pick<Processes, 'self' | 'liveness'>;
}

/**
 * `kept`: nothing was to be written. `changed`: somebody gave the file another content, or made it, while the edit was decided on; nothing was
 * written. `busy`: another process edits it for too long. `refused`: the system does not let it be written.
 */
export type EditedFile =
  | { readonly type: 'written' | 'kept' | 'changed' }
  | { readonly type: 'busy'; readonly pid: number; readonly host: string }
  | { readonly type: 'refused'; readonly message: string };

/** Another process edits for milliseconds; one on another host of which nothing is heard is passed over after two minutes. */
const LOCK = { timeoutMs: 10_000, unknownAfterMs: 120_000 };

/**
 * Changes a text file that people write too. `decide` is given what the file holds and gives the text to write, or undefined. Other processes that
 * edit in this way wait; what others write meanwhile is never written over. Mode and byte order mark stay; a new file gets the usual mode.
 */
export async function editTextFile(
  { project, path, processes }: EditTextFileOptions,
  decide: (found: ReadFile) => Promise<string | undefined>,
): Promise<EditedFile> {
  await ensureStore(project);
  const lock = await acquireHolderLock(join(storeFolder(project), 'state', 'file-editor'), processes, LOCK);
  if (lock.type === 'busy') return { type: 'busy', pid: lock.holder.pid, host: lock.holder.host };
  try {
    const place = await resolveInside(project, path);
    if (place.type !== 'inside') return (await decide(place)) === undefined ? { type: 'kept' } : notInside(path);
    return await editPlace(place.absolute, path, decide);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return { type: 'refused', message: error instanceof Error ? error.message : String(error) };
  } finally {
    await lock.release();
  }
}

const notInside = (path: string): EditedFile => ({
  type: 'refused',
  message: `${path} is a symbolic link that leads out of the project, or nowhere.`,
});

async function editPlace(
  file: string,
  path: string,
  decide: (found: ReadFile) => Promise<string | undefined>,
): Promise<EditedFile> {
  const before = await readFile(file).catch(onCode(['ENOENT'], undefined));
  const text = await decide(before ? decodeText(before, path) : { type: 'missing' });
  if (text === undefined) return { type: 'kept' };
  if (!before) return makeFile(file, text);
  await access(file, constants.W_OK);
  const { mode } = await stat(file);
  const bytes = Buffer.from(hasMark(before) ? `\uFEFF${text}` : text);
  const isAsRead = async () => (await readFile(file).catch(onCode(['ENOENT'], undefined)))?.equals(before) === true;
  const replaced = await replacePermitted(file, bytes, { mode: mode & 0o7777, permit: isAsRead });
  return { type: replaced === 'replaced' ? 'written' : 'changed' };
}

const hasMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** Made whole, by exactly one of those who make it at once. */
async function makeFile(file: string, text: string): Promise<EditedFile> {
  const folder = dirname(file);
  const temporary = join(folder, `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    await writeNewFile(temporary, text, 0o666);
    await link(temporary, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return { type: 'changed' };
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  return { type: 'written' };
}
