import { globOf } from './pattern-captures.ts';

/**
 * A pattern of files as a test of paths, for rules that look beside the planner: plain characters, `*`, `?`, whole segments `**` and captures. Undefined
 * for a pattern with anything else in it, so that nobody judges by half of it.
 */
export function simpleGlob(pattern: string): RegExp | undefined {
  const glob = globOf(pattern).replace(/^(?:\.\/+)+/, '');
  if (/[[\](){}!+@|\\]|^\/|\*\*[^/]|[^/]\*\*/.test(glob)) return undefined;
  const source = glob
    .replace(/[.^$]/g, '\\$&')
    .replace(/\*\*$/, '**/*')
    // What begins with a dot is matched by what says so.
    .replace(/\*\*\/|(?<![^/])\*|\*|\?/g, (wild) =>
      wild === '**/' ? '(?:(?!\\.)[^/]+/)*' : wild === '?' ? '[^/]' : '[^/]*',
    )
    .replace(/(?<=^|\/|\)\*)\[\^\/\]/g, '(?!\\.)[^/]');
  return new RegExp(`^${source}$`, 's');
}
