import type { Backend } from '../core/index.ts';
import { readFile } from './read-file.ts';
import { createReading } from './reading.ts';

/**
 * The script's tokens joined by one space. Comments and white space are gone, and so are semicolons that end nothing, and commands that
 * only say how statements end. Other client commands count as a line each, the data of a COPY as they are. Line ends in strings and data
 * read as LF, as in the checksum over the bytes. Spec: ports, `SqlSyntax`; rulings, "Migration history, twice".
 */
export function normalise(script: string, dialect: Backend): string {
  const parts: string[] = [];
  /** Where the tokens of the open statement begin. */
  let start = 0;
  const listener = {
    token: (text: string) => void parts.push(text),
    end(counts: boolean) {
      if (counts) parts.push(';');
      else parts.length = start;
      start = parts.length;
    },
    command: (normal: string) => void parts.push(`${normal}\n`),
    data: (data: string) => void parts.push(`\n${data}\\.\n`),
  };
  const reading = createReading(dialect, { listener, interpolates: false, follows: false });
  readFile(reading, { text: script.replaceAll('\r\n', '\n'), name: undefined, trail: [] });
  if (parts.at(-1) === ';') parts.pop();
  return parts.join(' ');
}
