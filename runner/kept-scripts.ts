import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Plan, Redactor, World } from '../core/index.ts';

/** What keeping scripts needs of the world. */
export interface ScriptKeeping {
  readonly world: Pick<World, 'files' | 'hasher'>;
  readonly redactor: Redactor;
}

/** So many at once: a system gives a process only so many open files. */
const atOnce = 32;
const emptyText = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const scriptsIn = (runFolder: string): string => join(runFolder, 'scripts');

/**
 * Keeps the texts of a plan's migration scripts in the folder of the run, `scripts/<checksum>.sql`, once for each checksum and with secrets
 * masked, so that a resume can show what was mended. Not synced to disk: a text that is lost costs a difference, never a run.
 */
export async function keepScripts(runFolder: string, plan: Plan, keeping: ScriptKeeping): Promise<void> {
  const folder = scriptsIn(runFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = new Set(await readdir(folder));
  const scripts = new Map(
    plan.operations.flatMap((operation) =>
      operation.type === 'migration' && !kept.has(fileName(operation.script.checksum))
        ? [[operation.script.checksum, operation.script.path] as const]
        : [],
    ),
  );
  const missing = [...scripts];
  for (let from = 0; from < missing.length; from += atOnce) {
    const some = missing.slice(from, from + atOnce);
    await Promise.all(some.map(([checksum, path]) => keepScript(folder, path, checksum, keeping)));
  }
}

/** The text with a checksum as it was kept, secrets masked and CRLF as LF; undefined where it was not kept. */
export async function keptScript(runFolder: string, checksum: Digest): Promise<string | undefined> {
  if (!/^[0-9a-f]{64}$/.test(checksum)) return undefined;
  const text = await readFile(join(scriptsIn(runFolder), fileName(checksum)), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  // A file that lost its text with the power of the machine says nothing of the script.
  return text === '' && checksum !== emptyText ? undefined : text;
}

/** A script's text as it may be kept and shown. */
export const shownScript = (text: string, redactor: Redactor): string => redactor.redact(text).replaceAll('\r\n', '\n');

async function keepScript(folder: string, path: string, checksum: Digest, { world, redactor }: ScriptKeeping) {
  const read = await world.files.readText(path);
  // Changed or gone since the plan was made: the operation itself fails with that, and this text is not the plan's.
  if (read.type !== 'found' || world.hasher.sha256(read.text.replaceAll('\r\n', '\n')) !== checksum) return;
  const file = join(folder, fileName(checksum));
  await writeFile(`${file}.new`, shownScript(read.text, redactor), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

const fileName = (checksum: Digest): string => `${checksum}.sql`;
