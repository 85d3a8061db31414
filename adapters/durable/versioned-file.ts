import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, onCode } from './error-code.ts';
import { syncFolder } from './sync-folder.ts';
import { writeNewFile } from './write-new-file.ts';

/** A text and the version to name in the next write; version 0 and no text where nothing was ever written. */
export interface VersionedText {
  readonly version: number;
  readonly text: string | undefined;
}

const VERSION = /^([1-9]\d{0,14})\.json$/;
const KEPT = 16;
const TEMPORARY_MS = 60 * 60 * 1000;

/**
 * One small text that is replaced only by who names its version. Each version is a file `<version>.json` in a folder of its own,
 * made by link(2), which succeeds for exactly one of any number of processes; a process that dies on the way leaves nothing but a
 * hidden temporary file. Rejects where the folder holds what does not belong there. `known`: what the last look has found, which is
 * answered as it is where nothing has come after it.
 */
export async function readVersioned<Known extends VersionedText>(
  folder: string,
  known?: Known,
): Promise<VersionedText | Known> {
  if (known && isStill(folder, known.version)) return known;
  for (;;) {
    const version = highest(versionsIn(folder));
    if (version === 0) return { version, text: undefined };
    const text = textIn(fileOf(folder, version));
    if (text !== undefined) return { version, text };
    // Newer versions were written and this one was swept since the folder was listed.
  }
}

/**
 * True where a version is the newest: the next is not there, and was not swept either, because the older is always swept before the newer.
 * Asked at once, without the thread pool: a holder looks at every migration.
 */
const isStill = (folder: string, version: number): boolean =>
  version > 0 && !existsSync(fileOf(folder, version + 1)) && existsSync(fileOf(folder, version));

/**
 * Writes the version after `expected`, which must be the one that stands. `quick`: for what need not outlive a loss of power, after which
 * a version may be empty.
 */
export async function writeVersioned(
  folder: string,
  expected: number,
  text: string,
  durability: 'durable' | 'quick' = 'durable',
): Promise<'written' | 'conflict'> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (highest(versionsIn(folder)) !== expected) return 'conflict';
  const version = expected + 1;
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    if (durability === 'durable') await writeNewFile(temporary, text);
    else await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    await link(temporary, fileOf(folder, version));
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'conflict';
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  if (durability === 'durable') await syncFolder(folder);
  return (await isGenuine(folder, version)) ? 'written' : 'conflict';
}

/**
 * A writer that slept through many versions may have linked a number that was swept meanwhile. Numbers are swept only when `KEPT`
 * newer ones exist, so below that distance the link was the first of its number.
 */
async function isGenuine(folder: string, version: number): Promise<boolean> {
  const versions = versionsIn(folder);
  if (highest(versions) - version >= KEPT) {
    await rm(fileOf(folder, version), { force: true });
    return false;
  }
  await sweep(folder, versions, version);
  return true;
}

async function sweep(folder: string, versions: readonly number[], newest: number): Promise<void> {
  const old = versions.filter((one) => one <= newest - KEPT).sort((a, b) => a - b);
  for (const one of old) await rm(fileOf(folder, one), { force: true });
  if (old.length > 0) await sweepTemporaries(folder);
}

/** Removes what dead writers left; one that still lives after an hour fails at its link and writes nothing. */
async function sweepTemporaries(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((one) => one.startsWith('.') && one.endsWith('.tmp'))) {
    const modified = await stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      onCode(['ENOENT'], Number.POSITIVE_INFINITY),
    );
    if (Date.now() - modified > TEMPORARY_MS) await rm(join(folder, name), { force: true });
  }
}

/** Read at once, without the thread pool: it is a few short lines. */
function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return onCode(['ENOENT'], undefined)(error);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return onCode<readonly string[]>(['ENOENT'], [])(error);
  }
}

function versionsIn(folder: string): readonly number[] {
  return namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => {
      const version = VERSION.exec(name)?.[1];
      if (version === undefined)
        throw new Error(`${join(folder, name)} does not belong there. Remove it and try again.`);
      return Number(version);
    });
}

const highest = (versions: readonly number[]): number => versions.reduce((top, one) => Math.max(top, one), 0);
const fileOf = (folder: string, version: number): string => join(folder, `${version}.json`);
