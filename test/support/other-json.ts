import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST = 2_000_000;

/** JSON that has nothing to do with us. */
export interface OtherJson {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** Everybody else's JSON: the files of the packages that are installed here, each content once, one at a time. */
export function* otherJson(folder: string = realpathSync('node_modules')): Generator<OtherJson> {
  const seen = new Set<string>();
  for (const path of jsonBelow(folder)) {
    if (statSync(path).size > LARGEST) continue;
    const text = readFileSync(path, 'utf8');
    if (seen.has(text)) continue;
    seen.add(text);
    yield { path, text };
  }
}

function* jsonBelow(folder: string): Generator<string> {
  for (const entry of sorted(readdirSync(folder, { withFileTypes: true }))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* jsonBelow(path);
    else if (entry.isFile() && /\.jsonc?$/.test(entry.name)) yield path;
  }
}

const sorted = (entries: readonly Dirent[]): readonly Dirent[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
