import type { HereDocument } from './here-documents.ts';
import { neverClosed, placeholderPattern, placeholderRefusals, scriptAdvice } from './placeholder-refusals.ts';
import type { ShellEnd } from './shell-nesting.ts';
import { createShellWords } from './shell-words.ts';

/** A placeholder in a text for the shell. Offsets are UTF-16 units. */
export interface ShellPlace {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly quote: 'none' | 'double' | 'single';
  /** Nothing that is surely there stands before it in its word. */
  readonly beginsWord: boolean;
}

/** What was found so far in a text that is read from left to right. Each reading function gives the offset that it has come to. */
export interface ShellScan {
  readonly text: string;
  readonly words: ReturnType<typeof createShellWords>;
  readonly places: ShellPlace[];
  readonly problems: string[];
  /** Problems only where there are placeholders. */
  readonly ownParameters: string[];
  /** Announced on this line; their texts begin on the next. */
  readonly documents: HereDocument[];
}

export const createShellScan = (text: string): ShellScan => ({
  text,
  words: createShellWords(),
  places: [],
  problems: [],
  ownParameters: [],
  documents: [],
});

/** Takes the placeholder at an offset; undefined where there is none. */
export function takePlace(scan: ShellScan, at: number, quote: ShellPlace['quote']): number | undefined {
  const found = placeholderAt(scan.text, at);
  if (!found) return undefined;
  const { name, end } = found;
  if (scan.words.role() === 'here-string') refuse(scan, at, end, 'behind <<<');
  scan.places.push({ name, at, end, quote, beginsWord: !scan.words.hasText() });
  scan.words.place(scan.places.length - 1);
  return end;
}

export function placeholderAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  const here = new RegExp(placeholderPattern, 'y');
  here.lastIndex = at;
  const found = text[at] === '{' ? here.exec(text) : null;
  return found ? { name: found[1] ?? '', end: here.lastIndex } : undefined;
}

/** Ends the reading: what stands behind cannot be understood. */
export function giveUp(scan: ShellScan, at: number, end: Exclude<ShellEnd, { type: 'ended' }>, opened = ''): number {
  if (end.type === 'open') scan.problems.push(neverClosed(opened, at));
  else refuse(scan, at, scan.text.length, `in or behind ${end.what}`, scriptAdvice);
  return scan.text.length;
}

/** Placeholders from one offset to another cannot be filled. */
export function refuse(scan: ShellScan, from: number, to: number, where: string, instead?: string): void {
  scan.problems.push(...placeholderRefusals(scan.text, { from, to, where, instead }));
}

/** An end, unless a here-document is announced: its text begins behind a line end, and inside of quotes shells may differ in which. */
export function withinLine({ text, documents }: ShellScan, at: number, end: ShellEnd): ShellEnd {
  if (end.type !== 'ended' || documents.length === 0 || !text.slice(at, end.end).includes('\n')) return end;
  return { type: 'unclear', what: 'a line end between << and its text' };
}
