/** What a JSON string stands for, and where its characters are written. Offsets into the text as it is written count from the opening quote. */
export interface JsonString {
  readonly value: string;
  readonly isClosed: boolean;
  /** Where the character of the value at an offset is written; of its end, where the closing quote stands or would stand. */
  writtenAt(offset: number): number;
  /** The offset in the value of the character that is written at or around an offset. */
  valueAt(written: number): number;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Reads a string from its opening quote on, half typed or not; an escape that is none stands for what follows the backslash. */
export function readJsonString(written: string): JsonString {
  const starts: number[] = [];
  let value = '';
  let at = 1;
  while (at < written.length && written[at] !== '"') {
    const [length, character] = written[at] === '\\' ? escapeAt(written, at) : [1, written[at] ?? ''];
    if (character !== '') starts.push(at);
    value += character;
    at += length;
  }
  const end = Math.min(at, written.length);
  return {
    value,
    isClosed: written[at] === '"',
    writtenAt: (offset) => starts[offset] ?? end,
    valueAt: (offset) => {
      if (offset >= end) return value.length;
      return Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      );
    },
  };
}

function escapeAt(written: string, at: number): readonly [length: number, character: string] {
  const code = /^\\u([0-9a-fA-F]{4})/.exec(written.slice(at, at + 6))?.[1];
  if (code !== undefined) return [6, String.fromCharCode(Number.parseInt(code, 16))];
  const next = written[at + 1] ?? '';
  return [next === '' ? 1 : 2, ESCAPES[next] ?? next];
}
