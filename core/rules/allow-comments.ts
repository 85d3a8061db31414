import type { ReadStatement } from './danger-rule.ts';

/** `-- srdeploy: allow M012 reason` in a script. */
export interface AllowComment {
  /** The code or word as written; the empty string where none is. */
  readonly rule: string;
  readonly reason: string;
  /** The statement that it stands for; undefined: the whole file. */
  readonly statement: ReadStatement | undefined;
  /** Where the comment begins in the script, and its length, UTF-16. */
  readonly offset: number;
  readonly length: number;
}

/** Where a statement stands in the script's text, UTF-16, half-open. */
export interface StatementStretch {
  readonly statement: ReadStatement;
  readonly start: number;
  readonly end: number;
}

const COMMENT = /(?:--|#|\/\*)[ \t]*srdeploy:[ \t]*allow\b[ \t]*([^\r\n]*)/gi;

/**
 * The allowances of a script. One that stands behind a statement in its line is for that statement, any other for the next one; one in
 * front of the first statement with an empty line between is for the whole file.
 */
export function allowancesIn(text: string, statements: readonly StatementStretch[]): readonly AllowComment[] {
  if (!/srdeploy:[ \t]*allow\b/i.test(text)) return [];
  return gapsBetween(text, statements).flatMap(({ from, to, before, next }) =>
    [...text.slice(from, to).matchAll(COMMENT)].flatMap((match) => {
      const offset = from + match.index;
      const gap = text.slice(from, offset);
      const lineBegin = gap.slice(gap.lastIndexOf('\n') + 1);
      const isBehind = before !== undefined && !gap.includes('\n');
      // A comment begins its line, or stands behind a statement: anything else is text inside another comment.
      if (!isBehind && !/^\s*$/.test(lineBegin.replace('\ufeff', ''))) return [];
      const isHead = before === undefined && /\n[ \t]*\r?\n/.test(text.slice(offset, to));
      const [, rule = '', reason = ''] = /^(\S*)\s*(.*?)\s*(?:\*\/.*)?$/.exec(match[1] ?? '') ?? [];
      const statement = isBehind ? before : isHead ? undefined : next;
      return [{ rule: rule.replace(/\*\/$/, ''), reason, statement, offset, length: match[0].trimEnd().length }];
    }),
  );
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly before: ReadStatement | undefined;
  readonly next: ReadStatement | undefined;
}

/** What stands between statements: comments, semicolons and white space. */
function gapsBetween(text: string, statements: readonly StatementStretch[]): readonly Gap[] {
  return [undefined, ...statements].map((before, i) => {
    const next = statements[i];
    return {
      from: before ? endOf(text, before) : 0,
      to: next?.start ?? text.length,
      before: before?.statement,
      next: next?.statement,
    };
  });
}

/** Behind a statement, and behind the data of a COPY. */
function endOf(text: string, { statement, end }: StatementStretch): number {
  if (statement.copyData === undefined) return end;
  const close = text.indexOf('\n\\.', end);
  return close < 0 ? text.length : close + 3;
}
