import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, lstat, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Digest, digest, type SqlOutcome } from '../core/index.ts';
import { refused } from './sql-refusal.ts';

export interface Snapshot {
  readonly bytes: number;
  readonly sha256: Digest;
}

/**
 * Lets `write` fill a file beside `file` and gives it its name only when it is whole and on disk. A file that is there is never
 * overwritten, and a snapshot that fails leaves nothing behind.
 */
export async function writeSnapshot(
  file: string,
  write: (partial: string) => Promise<SqlOutcome<void>>,
): Promise<SqlOutcome<Snapshot>> {
  try {
    if (await exists(file)) return refused('error', `${file} exists already. A backup is never overwritten.`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return await fill(file, `${file}.${randomBytes(6).toString('hex')}.partial`, write);
  } catch (error) {
    return refused('error', error instanceof Error ? error.message : String(error));
  }
}

async function fill(
  file: string,
  partial: string,
  write: (partial: string) => Promise<SqlOutcome<void>>,
): Promise<SqlOutcome<Snapshot>> {
  try {
    // A snapshot is a copy of the whole database: for this user alone.
    await (await open(partial, 'wx', 0o600)).close();
    const outcome = await write(partial);
    if (outcome.type !== 'done') return outcome;
    const snapshot = await measure(partial);
    // Unlike a rename, a link is refused where the name is taken.
    await link(partial, file);
    return { type: 'done', value: snapshot };
  } finally {
    await rm(partial, { force: true });
  }
}

async function measure(file: string): Promise<Snapshot> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, sha256: digest(hash.digest('hex')) };
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
