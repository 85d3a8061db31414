import type { ConfigEntry } from './config-entry.ts';
import { wordOf } from './word-of.ts';

/** A group of the config before its place among the others is known. */
export interface GroupDraft {
  /** What it would be called if nobody else were. */
  readonly name: string;
  readonly comment: readonly string[];
  /** All members but `name` and `order`. */
  readonly members: readonly ConfigEntry[];
}

/** `build` at the top, `api_build` for the folder `api`. */
export const nameIn = (folder: string, word: string): string =>
  folder === '' ? word : `${wordOf(folder, 'x')}_${word}`;

/** The pattern of files in a folder. */
export const patternIn = (folder: string, pattern: string): string =>
  folder === '' ? pattern : `${folder}/${pattern}`;
