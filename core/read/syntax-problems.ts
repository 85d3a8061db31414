import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { Problem } from '../model/problem.ts';
import type { LineIndex } from './line-index.ts';
import { problemAt, replaceFix } from './problem-at.ts';
import { removeCommentFix } from './remove-comment.ts';

interface Text {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;
}

/** Levels of nesting that a document may have; the formats need six. */
const MAX_DEPTH = 100;

/** A problem where the text nests deeper than a parser's stack should bear. */
export function tooDeeplyNested(at: Text): Problem | undefined {
  const { text } = at;
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === QUOTE) offset = endOfString(text, offset);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth = Math.max(0, depth - 1);
    if (depth <= MAX_DEPTH) continue;
    const range = at.lines.range(offset, offset + 1);
    return problemAt(
      { file: at.file, range },
      'JSON_TOO_DEEP',
      `More than ${MAX_DEPTH} levels of brackets. Remove the ones that are too many.`,
    );
  }
  return undefined;
}

const QUOTE = 34;
const BACKSLASH = 92;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [123, 125, 91, 93];

/** The offset of the closing quote, or of the line's last character where there is none. */
function endOfString(text: string, open: number): number {
  let offset = open + 1;
  for (; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === BACKSLASH) offset++;
    else if (code === QUOTE || code === 10 || code === 13) break;
  }
  return offset;
}

/**
 * What keeps a text from being JSON. A parser that goes on after an error complains of the same mistake again and again, so that only
 * the first error counts, unless it is of a kind that leaves the rest readable.
 */
export function syntaxProblems(at: Text, errors: readonly ParseError[]): readonly Problem[] {
  const problems: Problem[] = [];
  let coveredTo = -1;
  for (const error of [...errors].sort((a, b) => a.offset - b.offset)) {
    if (error.offset < coveredTo) continue;
    const { problem, recovers, end } = explain(at, error);
    problems.push(problem);
    if (!recovers) break;
    coveredTo = end;
  }
  return problems;
}

interface Explained {
  readonly problem: Problem;
  /** The rest of the text was read as it was meant. */
  readonly recovers: boolean;
  /** Errors that begin before this offset are echoes of the same mistake. */
  readonly end: number;
}

function explain(at: Text, error: ParseError): Explained {
  const comma = trailingCommaBefore(at.text, error);
  if (comma !== undefined) return explainTrailingComma(at, error, comma);
  const name = printParseErrorCode(error.error);
  if (name === 'CommaExpected' && /^["\w[{-]/.test(at.text.slice(error.offset))) return explainMissingComma(at, error);
  if (name === 'InvalidCommentToken') return explainComment(at, error);
  const range = visibleRange(at, error.offset, error.length);
  const found = at.text.slice(error.offset, error.offset + error.length);
  const quoted = /^'[^'"\\]*'$/.test(found)
    ? [replaceFix('Use double quotes', at.lines.range(error.offset, error.offset + error.length), requoted(found))]
    : [];
  return {
    problem: problemAt({ file: at.file, range }, 'JSON_SYNTAX', messageFor(at, name, found), { fixes: quoted }),
    recovers: name === 'InvalidEscapeCharacter' || name === 'InvalidUnicode' || name === 'InvalidCharacter',
    end: error.offset + Math.max(1, error.length),
  };
}

const requoted = (text: string): string => `"${text.slice(1, -1)}"`;

function trailingCommaBefore(text: string, error: ParseError): number | undefined {
  const name = printParseErrorCode(error.error);
  if (name !== 'PropertyNameExpected' && name !== 'ValueExpected') return undefined;
  if (!/^[}\]]/.test(text.slice(error.offset, error.offset + 1))) return undefined;
  const before = lastCharacterBefore(text, error.offset);
  return text[before] === ',' ? before : undefined;
}

function explainTrailingComma(at: Text, error: ParseError, comma: number): Explained {
  const range = at.lines.range(comma, comma + 1);
  const close = at.text[error.offset];
  const problem = problemAt(
    { file: at.file, range },
    'JSON_SYNTAX',
    `No comma may stand before "${close}". Remove it, or write what should follow it.`,
    { fixes: [replaceFix('Remove the comma', range, '')] },
  );
  return { problem, recovers: true, end: error.offset + 1 };
}

function explainMissingComma(at: Text, error: ParseError): Explained {
  const before = lastCharacterBefore(at.text, error.offset);
  const range = at.lines.range(before, before + 1);
  const problem = problemAt({ file: at.file, range }, 'JSON_SYNTAX', 'A comma is missing after this. Add ",".', {
    fixes: [replaceFix('Add the missing comma', at.lines.range(before + 1, before + 1), ',')],
  });
  return { problem, recovers: true, end: error.offset + 1 };
}

function explainComment(at: Text, error: ParseError): Explained {
  const range = at.lines.range(error.offset, error.offset + error.length);
  const problem = problemAt(
    { file: at.file, range },
    'JSON_SYNTAX',
    'Comments are not possible here: this file is strict JSON. Remove it, or say it in a "name".',
    { fixes: [removeCommentFix(at, error.offset, error.offset + error.length)] },
  );
  return { problem, recovers: true, end: error.offset + error.length };
}

function messageFor(at: Text, name: string, found: string): string {
  const what = found.trim() === '' ? 'the end of the file' : JSON.stringify(shortened(found));
  switch (name) {
    case 'InvalidSymbol':
      return found.startsWith("'")
        ? `${shortened(found)} is not JSON. Write text in double quotes.`
        : `${what} is not JSON. Write text in double quotes; other values are numbers, true, false and null.`;
    case 'PropertyNameExpected':
      return `A key in double quotes must stand here, not ${what}.`;
    case 'ValueExpected':
      return at.text.trim() === '' ? 'The file is empty. Begin with { and }.' : `A value must stand here, not ${what}.`;
    case 'ColonExpected':
      return `A colon must stand between a key and its value, not ${what}.`;
    case 'CommaExpected':
      return `A comma or a closing bracket must stand here, not ${what}.`;
    case 'CloseBraceExpected':
      return `A "{" is not closed: "}" must stand before ${what}.`;
    case 'CloseBracketExpected':
      return `A "[" is not closed: "]" must stand before ${what}.`;
    case 'EndOfFileExpected':
      return `Nothing may follow the end of the document. Remove ${what} and what comes after it.`;
    case 'UnexpectedEndOfString':
      return 'This text has no closing quote. Add " at its end.';
    case 'UnexpectedEndOfComment':
      return 'This comment is not closed. Add */ at its end.';
    case 'InvalidEscapeCharacter':
      return 'This text has a backslash that means nothing. Write \\\\ for a backslash.';
    case 'InvalidUnicode':
      return 'This text has an incomplete \\u. Four hexadecimal digits must follow it.';
    case 'InvalidCharacter':
      return 'This text holds a control character. Write \\n for a line break and \\t for a tab.';
    default:
      return `${what} is not a number. Digits must stand on both sides of the point.`;
  }
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** At least one character where there is one, cut at the line's end. */
function visibleRange(at: Text, offset: number, length: number) {
  const start = offset >= at.text.length ? Math.max(0, lastCharacterBefore(at.text, offset)) : offset;
  const line = at.text.slice(start).search(/[\r\n]/);
  const lineEnd = line === -1 ? at.text.length : start + line;
  return at.lines.range(start, Math.max(start, Math.min(start + Math.max(1, length), lineEnd)));
}

/** The offset of the last character before another that is no white space; 0 where there is none. */
function lastCharacterBefore(text: string, offset: number): number {
  let at = Math.min(offset, text.length) - 1;
  while (at > 0 && /\s/.test(text[at] ?? '')) at--;
  return Math.max(0, at);
}
