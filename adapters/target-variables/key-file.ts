import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Variables } from '../../core/index.ts';
import { errorCode, onCode } from '../durable/error-code.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { writeNewFile } from '../durable/write-new-file.ts';

/** The text of a key file, or why it is not used, to go on with "it …". */
export type KeyFileText =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'missing' }
  | { readonly type: 'refused'; readonly why: string };

const MOST_BYTES = 4_096;

/** Reads a file, or a pipe, that holds a key. One that other users can read is refused. */
export async function readKeyFile(file: string): Promise<KeyFileText> {
  const handle = await open(file, 'r').catch((error: unknown) => whyUnreadable(error));
  if ('type' in handle) return handle;
  try {
    const { mode } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      return {
        type: 'refused',
        why: `can be read by other users (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${file}`,
      };
    const bytes = Buffer.alloc(MOST_BYTES);
    let length = 0;
    for (let read = -1; read !== 0 && length < MOST_BYTES; length += read)
      read = (await handle.read(bytes, length, MOST_BYTES - length)).bytesRead;
    return { type: 'text', text: bytes.toString('utf8', 0, length) };
  } catch (error) {
    return whyUnreadable(error);
  } finally {
    await handle.close();
  }
}

function whyUnreadable(error: unknown): KeyFileText {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return code === 'ENOENT' ? { type: 'missing' } : { type: 'refused', why: `cannot be read (${code})` };
}

/** Where the key of a project is kept that has no other: `$XDG_CONFIG_HOME/srdeploy/keys/<SHA-256 of the project's path>`. */
export async function projectKeyFile(project: string, variables: Pick<Variables, 'env'>): Promise<string> {
  const config = variables.env('XDG_CONFIG_HOME');
  const name = createHash('sha256')
    .update(await realpath(project), 'utf8')
    .digest('hex');
  // The XDG specification has relative paths ignored.
  return join(
    config !== undefined && isAbsolute(config) ? config : join(homedir(), '.config'),
    'srdeploy',
    'keys',
    name,
  );
}

/** Makes a new key, readable by this user alone. Of several processes one makes it; the others find it whole. */
export async function makeKeyFile(file: string): Promise<'made' | 'there'> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    await writeNewFile(temporary, `${randomBytes(32).toString('base64')}\n`);
    const made = await link(temporary, file).then(() => 'made' as const, onCode(['EEXIST'], 'there' as const));
    await syncFolder(folder);
    return made;
  } finally {
    await rm(temporary, { force: true });
  }
}
