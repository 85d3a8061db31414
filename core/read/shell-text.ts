import { endOfHereDocument, hereDocumentAt } from './here-documents.ts';
import { endOfLine } from './shell-nesting.ts';
import { takeDoubleQuotes, takeExpansion, takeLiteral, takeProcess, takeSingleQuotes } from './shell-quotes.ts';
import { createShellScan, giveUp, refuse, type ShellPlace, type ShellScan, takePlace } from './shell-scan.ts';
import type { ShellCommand } from './shell-words.ts';

/** A text for the shell, as far as it must be understood to put values into it. */
export interface ShellText {
  readonly places: readonly ShellPlace[];
  readonly commands: readonly ShellCommand[];
  /** Why values cannot be put into it, or why no shell can read it. */
  readonly problems: readonly string[];
}

const REDIRECTION = /^(?:<<<|<>|>>|>\||[<>]&|&>>?|<|>)/;

/**
 * Reads a text for the shell: which placeholders it has, in which quotes each stands, and which words its commands have. What shells read
 * differently is not followed: placeholders behind it are refused. Spec: rulings, "Commands and placeholders".
 */
export function readShellText(text: string): ShellText {
  const scan = createShellScan(text);
  for (let at = 0; at < text.length; ) at = take(scan, at);
  scan.words.endCommand(false);
  const { places, words, problems, ownParameters } = scan;
  const all = places.length > 0 ? [...problems, ...ownParameters] : problems;
  return { places, commands: words.commands(), problems: all };
}

function take(scan: ShellScan, at: number): number {
  const { text, words } = scan;
  const char = text.charAt(at);
  if (char === '#' && words.isBetweenWords()) return endOfLine(text, at);
  if (char === '\\') return takeEscape(scan, at);
  if (char === "'") return takeSingleQuotes(scan, at);
  if (char === '"') return takeDoubleQuotes(scan, at);
  if (char === '$' || char === '`') return takeExpansion(scan, at, false);
  if (char === '\n') return takeLineEnd(scan, at);
  if (char === '<' || char === '>' || text.startsWith('&>', at)) return takeRedirection(scan, at);
  if (/[;&|()]/.test(char)) return takeOperator(scan, at);
  if (char !== ' ' && char !== '\t') return takePlace(scan, at, 'none') ?? takeLiteral(scan, at);
  words.endWord();
  return at + 1;
}

/** A backslash before a line end joins two lines; at the end of the text it is one. */
function takeEscape(scan: ShellScan, at: number): number {
  if (scan.text[at + 1] === '\n') return at + 2;
  return at + 1 === scan.text.length ? takeLiteral(scan, at) : takeLiteral(scan, at + 1);
}

function takeLineEnd(scan: ShellScan, lineEnd: number): number {
  scan.words.endCommand(false);
  let at = lineEnd + 1;
  for (const document of scan.documents.splice(0)) {
    const { end, isClear } = endOfHereDocument(scan.text, at, document);
    refuse(scan, at, end, 'inside of a here-document');
    if (!isClear) return giveUp(scan, end, { type: 'unclear', what: 'a here-document with $(…), ${…}, ` or \\' });
    at = end + 1;
  }
  return at;
}

function takeRedirection(scan: ShellScan, at: number): number {
  const { text, words } = scan;
  const rest = text.slice(at, at + 3);
  if (/^[<>]\(/.test(rest)) return takeProcess(scan, at);
  if (rest.startsWith('<<') && rest !== '<<<') return takeHereDocument(scan, at);
  const operator = REDIRECTION.exec(rest)?.[0] ?? rest;
  words.expect(operator === '<<<' ? 'here-string' : 'target');
  return at + operator.length;
}

function takeHereDocument(scan: ShellScan, at: number): number {
  const found = hereDocumentAt(scan.text, at);
  if (!found) return giveUp(scan, at, { type: 'unclear', what: 'the word behind <<' });
  scan.words.endWord();
  scan.documents.push(found.document);
  return found.end;
}

function takeOperator(scan: ShellScan, at: number): number {
  const rest = scan.text.slice(at, at + 80);
  if (rest.startsWith('((')) return giveUp(scan, at, { type: 'unclear', what: '((' });
  if (/^\(\s*\)/.test(rest)) return giveUp(scan, at, { type: 'unclear', what: 'a function, whose $1 is another' });
  const operator = /^(?:\|\||\|&|&&)/.exec(rest)?.[0] ?? rest.charAt(0);
  scan.words.endCommand(operator === '|' || operator === '|&');
  return at + operator.length;
}
