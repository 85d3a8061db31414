import { once } from 'node:events';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Cli } from './context.ts';
import { inputFailure } from './named-plan.ts';

/** Writes pieces of a text to a file or to standard output as they come. A file is there whole or not at all, and replaced only by force. */
export async function writeText(
  cli: Cli,
  pieces: AsyncIterable<string>,
  { out, force }: { readonly out: string | undefined; readonly force: boolean },
): Promise<void> {
  if (out === undefined) return toScreen(cli, pieces);
  const name = force ? `${out}.${process.pid}.tmp` : out;
  const handle = await open(name, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw inputFailure('FILE_EXISTS', `${name} exists. Add --force to replace it.`);
    throw error;
  });
  try {
    await toFile(handle, pieces);
    if (name !== out) await rename(name, out);
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
}

async function toFile(handle: FileHandle, pieces: AsyncIterable<string>): Promise<void> {
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function toScreen({ out }: Cli, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (out.destroyed || out.errored) return; // Nobody takes it any more.
    if (!out.write(piece)) await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(() => undefined); // As above.
  }
}
