const NEAR = /near '([\s\S]*)' at line (\d+)$/;
const UNKNOWN_NAME = /^Unknown column '([^']+)' in /;
/** The server shows this many characters of what follows the error. */
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
  // Fewer characters than fit are the whole rest of the statement, so the error is that far from its end.
  if (shown.length < SHOWN - 1 && statement.endsWith(shown)) return statement.length - shown.length;
  return onlyPlace((from) => statement.indexOf(shown, from), start, lineEnd(statement, start));
}

function nameOffset(name: string, statement: string): number | undefined {
  const word = new RegExp(`(?<![\\w$.])${escaped(name)}(?![\\w$])`, 'g');
  const places = [...statement.matchAll(word)];
  return places.length === 1 ? places[0]?.index : undefined;
}

function onlyPlace(find: (from: number) => number, start: number, end: number): number | undefined {
  const first = find(start);
  if (first < 0 || first > end) return undefined;
  const second = find(first + 1);
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
