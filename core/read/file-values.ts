import { patternCaptures } from './pattern-captures.ts';

/** True for placeholders that have a value for each file: `{file}`, `{name}`, `{dir}` and what ends in `_name`. */
export const isFilePlaceholder = (name: string): boolean => /^(?:file|name|dir|[a-z][a-z0-9_]*_name)$/.test(name);

/**
 * The values of placeholders for one file that a pattern matched: `file` from the working directory, its `dir`, its `name` without
 * extension, and for what ends in `_name` the captured part of the path. Paths are relative to the project with `/`. Names that are no placeholders of
 * files have no value. Spec: rulings, "Commands and placeholders".
 */
export function fileValues(
  path: string,
  pattern: string,
  workingDirectory: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const file = relativePath(path, workingDirectory);
  const name = stemOf(path);
  const { star, named } = patternCaptures(path, pattern);
  const captured = (asked: string) => (Object.hasOwn(named, asked) ? named[asked] : star) || name;
  const others = names.filter((asked) => /_name$/.test(asked)).map((asked) => [asked, captured(asked)]);
  return { file, name, dir: folderOf(file), ...Object.fromEntries(others) };
}

/**
 * False for a file that is no function: the segment of its path that the pattern captures begins with `_` or `.`, which the pattern does
 * not ask for. Spec: rulings, "Commands and placeholders".
 */
export const isCaptured = (path: string, pattern: string): boolean =>
  !patternCaptures(path, pattern).segments.some((segment) => /^[_.]/.test(segment));

function relativePath(path: string, workingDirectory: string): string {
  const from = workingDirectory.split('/').filter((segment) => segment !== '' && segment !== '.');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}

/** The last segment without its extension; what begins with a dot keeps its name. */
const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/(?<=[^.].*|[^.])\.[^.]*$/s, '');

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');
