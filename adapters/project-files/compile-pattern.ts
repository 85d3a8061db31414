import picomatch from 'picomatch';

export interface CompiledPattern {
  /** Folders that every match lies in, from the project down: the pattern names them plainly. */
  readonly base: readonly string[];
  /** Segments that a match has at most. */
  readonly depth: number;
  /** It may match below folders whose names begin with a dot. */
  readonly entersDotFolders: boolean;
  readonly matches: (path: string) => boolean;
}

const SPECIAL = /[*?{}()[\]\\!+@|]/;
const LITERAL_END = /[^*?{}()[\]\\!+@|]*$/;

/** A glob, ready to be asked for many files. `**` is for any folders, none included; `*` for no `/`. */
export function compilePattern(pattern: string): CompiledPattern {
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  const glob = segments.join('/');
  const special = segments.findIndex((segment) => SPECIAL.test(segment));
  const base = segments.slice(0, special === -1 ? -1 : special);
  const rest = segments.slice(base.length).join('/');
  return {
    base,
    depth: /\*\*|[({]/.test(rest) ? Number.POSITIVE_INFINITY : segments.length,
    entersDotFolders: /(?:^|[/{(,|[\\])\./.test(rest),
    matches: glob === '' || pattern.startsWith('/') ? () => false : matcher(glob),
  };
}

/** The text that a glob ends with is compared first: of many patterns, most match no file but a few. */
function matcher(glob: string): (path: string) => boolean {
  const matches = picomatch(glob, { flags: 's', nonegate: true, windows: false });
  const end = LITERAL_END.exec(glob)?.[0] ?? '';
  return (path) => path.endsWith(end) && matches(path);
}
