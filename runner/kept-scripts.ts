import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import {
  type Digest,
  isCommand,
  type Operation,
  type Plan,
  type Redactor,
  type ScriptRef,
  type World,
} from '../core/index.ts';

/** What keeping scripts needs of the world. */
export interface ScriptKeeping {
  readonly world: Pick<World, 'files' | 'hasher'>;
  readonly redactor: Redactor;
}

/** After so many, other things have their turn: the run that the scripts are kept for has begun. */
const atOnce = 16;

const fileIn = (runFolder: string): string => join(runFolder, 'scripts.jsonl');

interface KeptScript {
  readonly checksum: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Keeps the texts of a plan's migration scripts and their rollbacks in the folder of the run, one line of `scripts.jsonl` for each checksum and with secrets
 * masked, so that a resume can show what was mended. Not synced to disk: a text that is lost costs a difference, never a run.
 */
export async function keepScripts(runFolder: string, plan: Plan, keeping: ScriptKeeping): Promise<void> {
  const kept = new Set<string>();
  for await (const { checksum } of keptScripts(runFolder)) kept.add(checksum);
  const missing = new Map(
    plan.operations.flatMap((operation) =>
      scriptsOf(operation).flatMap(({ checksum, path }) => (kept.has(checksum) ? [] : [[checksum, path] as const])),
    ),
  );
  if (missing.size === 0) return;
  const file = await open(fileIn(runFolder), 'a', 0o600);
  try {
    // A line that was cut off must not take the next one with it.
    if (kept.size > 0) await file.appendFile('\n');
    const todo = [...missing];
    for (let from = 0; from < todo.length; from += atOnce) {
      const some = todo.slice(from, from + atOnce);
      const lines = await Promise.all(some.map(([checksum, path]) => lineOf(path, checksum, keeping)));
      await file.appendFile(lines.join(''));
      await setImmediate();
    }
  } finally {
    await file.close();
  }
}

/** The script that is run, and the way back of one that is applied, which a rollback compares with what it finds. */
function scriptsOf(operation: Operation): readonly ScriptRef[] {
  if (operation.type !== 'migration') return isCommand(operation) && operation.applies ? [operation.applies] : [];
  const { action, script, rollback } = operation;
  const back = typeof rollback === 'object' ? [rollback] : [];
  return action === 'roll_back' ? back : [script, ...back];
}

/** The text with a checksum as it was kept, secrets masked and CRLF as LF; undefined where it was not kept. */
export async function keptScript(runFolder: string, checksum: Digest): Promise<string | undefined> {
  for await (const script of keptScripts(runFolder)) if (script.checksum === checksum) return script.text;
  return undefined;
}

/** A script's text as it may be kept and shown. */
export const shownScript = (text: string, redactor: Redactor): string => redactor.redact(text).replaceAll('\r\n', '\n');

/** One line for a script; empty where its file was changed or is gone since the plan was made: the operation itself fails with that. */
async function lineOf(path: string, checksum: Digest, { world, redactor }: ScriptKeeping): Promise<string> {
  const read = await world.files.readText(path);
  if (read.type !== 'found' || world.hasher.sha256(read.text.replaceAll('\r\n', '\n')) !== checksum) return '';
  const line = JSON.stringify({ checksum, path, text: shownScript(read.text, redactor) });
  // Readers of lines take these two for line ends, which JSON lets stand in a text.
  return `${line.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

async function* keptScripts(runFolder: string): AsyncGenerator<KeptScript> {
  const handle = await open(fileIn(runFolder), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return;
  const input = createReadStream('', { fd: handle, encoding: 'utf8' });
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const script = scriptIn(line);
      if (script) yield script;
    }
  } finally {
    input.destroy();
  }
}

/** A line that the power of the machine cut off says nothing. */
function scriptIn(line: string): KeptScript | undefined {
  try {
    const { checksum, path, text } = JSON.parse(line) as Partial<KeptScript>;
    return checksum !== undefined && path !== undefined && text !== undefined ? { checksum, path, text } : undefined;
  } catch {
    return undefined;
  }
}
