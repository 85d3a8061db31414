import { readDotenv } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { openTarget } from '../open-target.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';
import { type StoredView, type StoreOptions, storeValues } from '../store-values.ts';

export interface DotenvToImport {
  /** As it was named. */
  readonly file: string;
  readonly text: string;
  /** All of it; else only what is known to be secret is encrypted. */
  readonly isSecret: boolean;
}

export interface ImportedView extends StoredView {
  readonly file: string;
  /** Names without a value, which are not stored. */
  readonly empty: readonly string[];
}

/** Stores what a dotenv file says, all or nothing: every bad line is told with its place. */
export async function importVariables(
  { file, text, isSecret }: DotenvToImport,
  options: StoreOptions,
): Promise<Result<ImportedView>> {
  const opened = await openTarget(options);
  if (opened.type === 'error') return opened;
  const read = readDotenv(file, text);
  if (read.problems.length > 0) return refuseProblems(read.problems);
  const values = new Map([...read.values].filter(([, value]) => value !== ''));
  const empty = [...read.values.keys()].filter((name) => !values.has(name));
  if (values.size === 0)
    return refuse('NOTHING_TO_IMPORT', `${file} has no line NAME=value with a value.`, exitCodes.invalidInput);
  const as = isSecret ? 'secret' : 'as-known';
  const stored = await storeValues(opened.value, { values, from: file, as }, options);
  return stored.type === 'ok' ? ok({ ...stored.value, file, empty }) : stored;
}
