const NEAR = /near '([\s\S]*)' at line (\d+)$/;
const UNKNOWN_NAME = /^Unknown column '([^']+)' in /;
/** The server shows at most this many bytes of what follows the error. */
const SHOWN = 80;

/**
 * Where in the statement an error is, as far as the server's words tell it without doubt: UTF-16 offset; undefined otherwise. The server
 * gives no position, but a syntax error shows the text from the error on and the line that it is in.
 */
export function errorOffset(message: string, statement: string): number | undefined {
  const near = NEAR.exec(message);
  if (near) return nearOffset(near[1] ?? '', Number(near[2]), statement);
  const name = UNKNOWN_NAME.exec(message)?.[1];
  return name === undefined ? undefined : nameOffset(name, statement);
}

function nearOffset(shown: string, line: number, statement: string): number | undefined {
  if (shown === '') return statement.length;
  const start = lineStart(statement, line);
  if (start === undefined) return undefined;
  // Less than fits is the whole rest of the statement, so the error is that far from its end.
  if (Buffer.byteLength(shown) < SHOWN - 3 && statement.endsWith(shown)) return statement.length - shown.length;
  // More is cut, with or without dots, and characters outside of the first plane are shown as question marks.
  const cut = shown.replace(/\.\.\.$/, '');
  for (const part of [shown, cut, cut.split('?')[0] ?? '']) {
    const place = part === '' ? undefined : onlyPlace(part, statement, start);
    if (place !== undefined) return place;
  }
  return undefined;
}

function nameOffset(name: string, statement: string): number | undefined {
  const word = new RegExp(`(?<![\\w$.])${escaped(name)}(?![\\w$])`, 'g');
  const places = [...statement.matchAll(word)];
  return places.length === 1 ? places[0]?.index : undefined;
}

/** Where a part begins, if it does so just once in the line. */
function onlyPlace(part: string, statement: string, start: number): number | undefined {
  const end = lineEnd(statement, start);
  const first = statement.indexOf(part, start);
  if (first < 0 || first > end) return undefined;
  const second = statement.indexOf(part, first + 1);
  return second >= 0 && second <= end ? undefined : first;
}

function lineStart(text: string, line: number): number | undefined {
  let start = 0;
  for (let n = 1; n < line; n += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  return start;
}

const lineEnd = (text: string, start: number): number => {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
