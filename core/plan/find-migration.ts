import { type Problem, unplacedProblem } from '../model/problem.ts';
import { compareVersions, isVersion, migrationVersion } from '../read/migration-version.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { baseName } from './named-file.ts';

export type Found<T> =
  | { readonly type: 'found'; readonly value: T }
  | { readonly type: 'refused'; readonly problem: Problem };

/** The file that a person means: its path in the project, or the end of one that no other file has. */
export function findMigration(word: string, paths: readonly string[]): Found<string> {
  const wanted = word.replace(/^\.\//, '');
  if (paths.includes(wanted)) return { type: 'found', value: wanted };
  const ending = paths.filter((path) => path.endsWith(`/${wanted}`));
  const [only, ...others] = ending;
  if (only !== undefined && others.length === 0) return { type: 'found', value: only };
  return { type: 'refused', problem: unplacedProblem('NO_SUCH_MIGRATION', fileMessage(word, ending, paths)) };
}

function fileMessage(word: string, ending: readonly string[], paths: readonly string[]): string {
  if (ending.length > 0) return `"${word}" fits several migrations: ${ending.join(', ')}. Write more of the path.`;
  const nearest = nearestWord(baseName(word), paths.map(baseName));
  const meant = nearest === undefined ? `Known: ${shortened(paths)}.` : `Did you mean "${nearest}"?`;
  return `There is no migration "${word}". ${meant}`;
}

/**
 * The place of the last migration that has the version a person names, among paths in their order. `V3`, `0003` and `3` are one version;
 * names without a number are written whole.
 */
export function findVersion(word: string, paths: readonly string[]): Found<number> {
  const wanted = word.replace(/^[Vv](?=\d)/, '').replaceAll('_', '.');
  const versions = paths.map(migrationVersion);
  const last = versions.findLastIndex((version) => isSame(version, isVersion(wanted) ? wanted : word));
  if (last !== -1) return { type: 'found', value: last };
  const known = [...new Set(versions)];
  const message = `There is no migration of version "${word}". ${known.length > 0 ? `Known: ${shortened(known)}.` : 'There is none at all.'}`;
  return { type: 'refused', problem: unplacedProblem('NO_SUCH_VERSION', message) };
}

const isSame = (version: string, wanted: string): boolean =>
  isVersion(version) && isVersion(wanted) ? compareVersions(version, wanted) === 0 : version === wanted;

const most = 12;

/** The last ones are those that somebody is likely to mean. */
const shortened = (words: readonly string[]): string =>
  words.length <= most ? words.join(', ') : `… ${words.slice(-most).join(', ')}`;
