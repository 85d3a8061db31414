import type { Backend } from '../model/connection.ts';
import type { ScriptInclude, SqlSyntax } from '../ports/sql-syntax.ts';

/** Gives the text of a project path; undefined where there is none. */
export type ReadScriptText = (path: string) => string | undefined;

/** Deeper than anybody nests scripts; a file that reads itself ends here. */
const deepest = 32;

/** What every command that reads a file looks like; most scripts have nothing of the kind and need not be read for it. */
const READS = /\\i|\\\.|\.read|\bsource\b|(?:^|;)\s*in(?:put)?\b/im;

/** The files that a script reads itself, in order. */
export const includesIn = (
  text: string,
  dialect: Backend,
  syntax: Pick<SqlSyntax, 'includes'>,
): readonly ScriptInclude[] => (READS.test(text) ? syntax.includes(text, dialect) : []);

/** The project path of a file that the script `from` reads; undefined where it lies outside the project. */
export function includedPath({ path, relative }: Pick<ScriptInclude, 'path' | 'relative'>, from: string) {
  return insidePath(relative ? folderOf(from) : '', path);
}

/**
 * The files that a script reads with `\i` and `\ir`, and what those read, as project paths: each once, in the order in which they are
 * first read. Files that are not there are among them.
 */
export function includedPaths(
  script: { readonly path: string; readonly text: string },
  dialect: Backend,
  syntax: Pick<SqlSyntax, 'includes'>,
  read: ReadScriptText,
): readonly string[] {
  const found = new Set<string>();
  const walk = (path: string, text: string, depth: number) => {
    for (const include of includesIn(text, dialect, syntax)) {
      const target = includedPath(include, path);
      if (target === undefined || target === script.path || found.has(target)) continue;
      found.add(target);
      const inner = depth < deepest ? read(target) : undefined;
      if (inner !== undefined) walk(target, inner, depth + 1);
    }
  };
  walk(script.path, script.text, 1);
  return [...found];
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** A path from a folder of the project; undefined where it is absolute or leads outside. */
function insidePath(folder: string, path: string): string | undefined {
  if (/^([/\\~]|[A-Za-z]:)/.test(path)) return undefined;
  const segments = folder === '' ? [] : folder.split('/');
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return segments.length > 0 ? segments.join('/') : undefined;
}
