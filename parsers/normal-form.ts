import type { ReadListener } from './reading.ts';

/** Hears a script being read, and joins its tokens by one space. */
export interface NormalForm {
  readonly listener: ReadListener;
  text(): string;
}

export function createNormalForm(): NormalForm {
  const parts: string[] = [];
  /** Where the tokens of the open statement begin. */
  let start = 0;
  return {
    listener: {
      token: (text) => void parts.push(text),
      end(counts) {
        if (counts) parts.push(';');
        else parts.length = start;
        start = parts.length;
      },
      command: (normal) => void parts.push(`${normal}\n`),
      data: (data) => void parts.push(`\n${data}\\.\n`),
    },
    text() {
      if (parts.at(-1) === ';') parts.pop();
      return parts.join(' ');
    },
  };
}
