import type { Problem } from '../model/problem.ts';
import { whyNoValue } from '../model/variable-name.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { problemAt } from './problem-at.ts';

/** The values of a dotenv file by name, and every line that is none, with its place. */
export interface ReadDotenv {
  /** Of a name that is written twice the last value. Empty values are there: what they count for is for others to say. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$', '`': '`' };

/**
 * Reads lines `NAME=value`. `export`, blank lines and comments are understood; ` #` begins a comment behind a value. Values in quotes may have
 * several lines; in double quotes `\n`, `\r`, `\t`, `\"`, `\\`, `\$` and `` \` `` are escapes, every other backslash stands for itself. Nothing is
 * expanded: `$` is a dollar. Line ends are read as LF.
 */
export function readDotenv(file: string, rawText: string): ReadDotenv {
  const text = rawText.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const lines = createLineIndex(text);
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  for (let at = 0; at < text.length; ) {
    const entry = readEntry(text, at);
    if (entry.type === 'value') values.set(entry.name, entry.value);
    if (entry.type === 'bad') problems.push(badLine({ file, lines }, at, lineEnd(text, at), entry.why));
    at = entry.next;
  }
  return { values, problems };
}

type Entry = { readonly next: number } & (
  | { readonly type: 'nothing' }
  | { readonly type: 'value'; readonly name: string; readonly value: string }
  | { readonly type: 'bad'; readonly why: string }
);

/** What begins at the begin of a line. Behind a bad line the next one is read, so that everything is told at once. */
function readEntry(text: string, at: number): Entry {
  const end = lineEnd(text, at);
  const line = text.slice(at, end);
  if (/^[ \t]*(?:#|$)/.test(line)) return { type: 'nothing', next: end + 1 };
  const bad = (why: string): Entry => ({ type: 'bad', why, next: end + 1 });
  const match = ASSIGNMENT.exec(line);
  if (!match)
    return bad(
      'is not NAME=value. A name begins with a letter or _, followed by letters, digits or _. A comment begins with #.',
    );
  const name = match[1] as string;
  const begin = at + match[0].length;
  const quote = begin + (/^[ \t]*(?=["'])/.exec(text.slice(begin, end))?.[0].length ?? Number.NaN);
  if (Number.isNaN(quote)) return entryOf(name, plainValue(text.slice(begin, end)), end + 1) ?? bad(impossible(name));

  const quoted = readQuoted(text, quote);
  if (!quoted) return bad(`has a quote that is never closed, behind ${name}=.`);
  const last = lineEnd(text, quoted.end);
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(quoted.end, last)))
    return bad(
      `goes on behind the closing quote of ${name}. Escape a quote inside of the value as \\" or use the other kind.`,
    );
  return entryOf(name, quoted.value, last + 1) ?? bad(impossible(name));
}

const impossible = (name: string): string =>
  `gives ${name} a value that no environment takes: too long, or with a NUL character.`;

const entryOf = (name: string, value: string, next: number): Entry | undefined =>
  value !== '' && whyNoValue(value) !== undefined ? undefined : { type: 'value', name, value, next };

/** A value without quotes: up to a comment, without the blanks around it. */
function plainValue(rest: string): string {
  const comment = /[ \t]#/.exec(rest);
  return (comment ? rest.slice(0, comment.index) : rest).trim();
}

/** A value in quotes that begins at an offset, and the offset behind its closing quote; undefined where there is none. */
function readQuoted(text: string, begin: number): { readonly value: string; readonly end: number } | undefined {
  const quote = text[begin];
  let value = '';
  for (let at = begin + 1; at < text.length; at++) {
    const one = text[at] as string;
    if (one === quote) return { value, end: at + 1 };
    const escaped = one === '\\' && quote === '"' ? ESCAPES[text[at + 1] ?? ''] : undefined;
    value += escaped ?? one;
    if (escaped !== undefined) at++;
  }
  return undefined;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The text of the line is left out: it may hold a secret. */
function badLine({ file, lines }: { file: string; lines: LineIndex }, at: number, end: number, why: string): Problem {
  const range = lines.range(at, end);
  return problemAt({ file, range }, 'DOTENV_SYNTAX', `Line ${range.start.line} ${why}`);
}
