import type { Fix } from '../model/problem.ts';
import type { LineIndex } from './line-index.ts';

interface Commented {
  readonly text: string;
  readonly lines: LineIndex;
}

/** A fix that removes a comment: with its line where it stands alone, else with the space before it where there is more behind it, or nothing. */
export function removeCommentFix({ text, lines }: Commented, start: number, end: number): Fix {
  const begin = text.lastIndexOf('\n', start - 1) + 1;
  const space = start - text.slice(begin, start).trimEnd().length - begin;
  const [behind = '', lineEnd = ''] = /^[ \t]*(\r?\n|\r)/.exec(text.slice(end)) ?? [];
  const takesSpace = /^(?:\s|$)/.test(text.slice(end));
  const isAlone = start - space === begin && lineEnd !== '';
  const range = isAlone
    ? lines.range(begin, end + behind.length)
    : takesSpace
      ? lines.range(start - space, end)
      : lines.range(start, end);
  return { title: 'Remove the comment', edits: [{ range, text: '' }] };
}
