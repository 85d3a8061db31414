import { endOfLine } from './shell-nesting.ts';

/** A here-document whose text stands on the lines below. */
export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: tabs before the delimiter do not count. */
  readonly isIndented: boolean;
  /** Nothing in it is expanded. */
  readonly isQuoted: boolean;
}

const OPERATOR = /<<(-?)[ \t]*((?:'[^'\n]*'|"[^"$`\\\n]*"|\\[^\n]|[^\s;&|<>()'"`$\\])+)/y;

/** The here-document that `<<` at an offset announces, with the offset behind its delimiter; undefined where that cannot be read. */
export function hereDocumentAt(
  text: string,
  at: number,
): { readonly document: HereDocument; readonly end: number } | undefined {
  OPERATOR.lastIndex = at;
  const [whole, dash, word = ''] = OPERATOR.exec(text) ?? [];
  const end = at + (whole?.length ?? 0);
  if (whole === undefined || /^["'`$\\]/.test(text.slice(end))) return undefined;
  const delimiter = word.replace(
    /'([^']*)'|"([^"]*)"|\\(.)/gs,
    (_whole, single, double, char) => single ?? double ?? char,
  );
  return { document: { delimiter, isIndented: dash === '-', isQuoted: /['"\\]/.test(word) }, end };
}

/**
 * The offset behind the text of a here-document and its delimiter. `isClear` is false where what stands in it may hide the delimiter from
 * some shells.
 */
export function endOfHereDocument(
  text: string,
  from: number,
  document: HereDocument,
): { readonly end: number; readonly isClear: boolean } {
  let at = from;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = document.isIndented ? text.slice(at, end).replace(/^\t+/, '') : text.slice(at, end);
    if (line === document.delimiter) return { end, isClear: isClear(text.slice(from, at), document) };
    at = end + 1;
  }
  return { end: text.length, isClear: true };
}

const isClear = (body: string, { isQuoted }: HereDocument): boolean => isQuoted || !/\$[({[]|`|\\\n/.test(body);
