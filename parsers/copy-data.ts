/** `COPY … FROM stdin` of a PostgreSQL script, seen word by word: its data are the lines behind it. */
export interface CopyWatch {
  word(word: string): void;
  /** A significant token that is not a word; `text` only where it is short. */
  other(text: string): void;
  /** The statement reads data from the script. */
  readsStdin(): boolean;
  /** `FORMAT binary`: data that no text file can hold. */
  isBinary(): boolean;
}

export function createCopyWatch(): CopyWatch {
  let isFirst = true;
  let isCopy = false;
  let stdin = false;
  let binary = false;
  let brackets = 0;
  let last = '';
  return {
    word(word) {
      if (isFirst) isCopy = word === 'COPY';
      isFirst = false;
      if (!isCopy) return;
      if (word === 'STDIN' && last === 'FROM' && brackets === 0) stdin = true;
      if (word === 'BINARY') binary = true;
      last = word;
    },
    other(text) {
      isFirst = false;
      if (!isCopy) return;
      if (text === '(') brackets += 1;
      if (text === ')') brackets = Math.max(0, brackets - 1);
      if (last === 'FORMAT' && /^'binary'$/i.test(text)) binary = true;
      last = text;
    },
    readsStdin: () => stdin,
    isBinary: () => binary,
  };
}

/** The data behind a COPY. */
export interface CopyData {
  readonly data: string;
  /** Behind the line `\.`, without its line end. */
  readonly end: number;
  /** False where no line `\.` follows; the data are all that is left. */
  readonly isClosed: boolean;
  /** What stands behind the semicolon on its line and is neither white space nor a `--` comment; psql would run it after the data. */
  readonly crowdedAt: number | undefined;
}

/** psql reads the data of a COPY that ends at `from` in the lines behind that one, up to a line that is `\.` and nothing else. */
export function copyDataAt(text: string, from: number): CopyData {
  const line = lineEndAt(text, from);
  const start = Math.min(line + 1, text.length);
  const found = nextClosing(text, start);
  return {
    data: text.slice(start, found?.start),
    end: found?.end ?? text.length,
    isClosed: found !== undefined,
    crowdedAt: crowdedAt(text, from, line),
  };
}

function crowdedAt(text: string, from: number, line: number): number | undefined {
  let at = from;
  while (at < line && /[ \t\f\v\r]/.test(text[at] ?? '')) at += 1;
  return at === line || text.startsWith('--', at) ? undefined : at;
}

function nextClosing(text: string, from: number): { readonly start: number; readonly end: number } | undefined {
  for (let at = from; at >= 0 && at < text.length; ) {
    const end = lineEndAt(text, at);
    const length = text[end - 1] === '\r' ? end - 1 - at : end - at;
    if (length === 2 && text.startsWith('\\.', at)) return { start: at, end };
    at = end + 1;
  }
  return undefined;
}

function lineEndAt(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
