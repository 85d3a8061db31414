import { escapedPlaceholder, ownParameter } from './placeholder-refusals.ts';
import {
  endOfBackticks,
  endOfDollar,
  endOfDoubleQuotes,
  endOfSingleQuotes,
  endOfSubstitution,
} from './shell-nesting.ts';
import { giveUp, placeholderAt, refuse, type ShellScan, takePlace, withinLine } from './shell-scan.ts';

const OWN_PARAMETER = /^\$(?:[1-9@*#]|\{(?:[1-9@*]|#[@*}]))/;

export function takeSingleQuotes(scan: ShellScan, opened: number): number {
  const end = withinLine(scan, opened, endOfSingleQuotes(scan.text, opened + 1));
  if (end.type !== 'ended') return giveUp(scan, opened, end, "The quote '");
  scan.words.quoted();
  let at = opened + 1;
  while (at < end.end - 1) at = takePlace(scan, at, 'single') ?? takeLiteral(scan, at);
  return end.end;
}

export function takeDoubleQuotes(scan: ShellScan, opened: number): number {
  const end = withinLine(scan, opened, endOfDoubleQuotes(scan.text, opened + 1));
  if (end.type !== 'ended') return giveUp(scan, opened, end, 'The quote "');
  scan.words.quoted();
  let at = opened + 1;
  while (at < end.end - 1) at = takePlace(scan, at, 'double') ?? takeQuoted(scan, at);
  return end.end;
}

/** What begins with `$` or a backtick: the shell's own, in which no placeholder may stand. */
export function takeExpansion(scan: ShellScan, at: number, isQuoted: boolean): number {
  const { text, words } = scan;
  if (!isQuoted && text.startsWith('$"', at)) return takeTranslated(scan, at);
  const isBacktick = text[at] === '`';
  const end = withinLine(scan, at, isBacktick ? endOfBackticks(text, at + 1) : endOfDollar(text, at, isQuoted));
  if (end.type !== 'ended') return giveUp(scan, at, end, isBacktick ? 'The backtick' : `The ${text.slice(at, at + 2)}`);
  const raw = text.slice(at, end.end);
  refuse(scan, at, end.end, `inside of ${nameOf(raw)}`);
  if (OWN_PARAMETER.test(raw)) scan.ownParameters.push(ownParameter(raw, at));
  if (raw === '$' || raw.startsWith("$'")) words.literal(raw);
  else words.variable(raw);
  return end.end;
}

/** `<(…)` and `>(…)`, which are words. */
export function takeProcess(scan: ShellScan, at: number): number {
  const { text, words } = scan;
  const end = withinLine(scan, at, endOfSubstitution(text, at + 2));
  if (end.type !== 'ended') return giveUp(scan, at, end, `The ${text.slice(at, at + 2)}`);
  refuse(scan, at, end.end, `inside of ${text.charAt(at)}(…)`);
  words.variable(text.slice(at, end.end));
  return end.end;
}

export function takeLiteral({ text, words }: ShellScan, at: number): number {
  words.literal(text.charAt(at));
  return at + 1;
}

function takeQuoted(scan: ShellScan, at: number): number {
  const char = scan.text.charAt(at);
  if (char === '$' || char === '`') return takeExpansion(scan, at, true);
  return char === '\\' ? takeQuotedEscape(scan, at) : takeLiteral(scan, at);
}

/** In double quotes a backslash protects four characters and the line end, and stands for itself before all others. */
function takeQuotedEscape(scan: ShellScan, at: number): number {
  const next = scan.text.charAt(at + 1);
  if (next === '\n') return at + 2;
  if (/[$`"\\]/.test(next)) return takeLiteral(scan, at + 1);
  const placeholder = placeholderAt(scan.text, at + 1);
  if (placeholder) scan.problems.push(escapedPlaceholder(`{${placeholder.name}}`, at + 1));
  takeLiteral(scan, at);
  return placeholder?.end ?? at + 1;
}

/** `$"…"`, which some shells translate and others read as `$` and a quote. */
function takeTranslated(scan: ShellScan, at: number): number {
  const end = withinLine(scan, at, endOfDoubleQuotes(scan.text, at + 2));
  if (end.type !== 'ended') return giveUp(scan, at, end, 'The quote $"');
  refuse(scan, at, end.end, 'inside of $"…"');
  scan.words.literal(scan.text.slice(at, end.end));
  return end.end;
}

function nameOf(raw: string): string {
  if (raw.startsWith('`')) return 'backticks';
  if (raw.startsWith('$((')) return '$((…))';
  return raw.startsWith('$(') ? '$(…)' : raw.startsWith('${') ? '${…}' : "$'…'";
}
