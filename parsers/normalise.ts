import type { Backend } from '../core/index.ts';
import { createNormalForm } from './normal-form.ts';
import { readFile } from './read-file.ts';
import { createReading } from './reading.ts';

/**
 * The script's tokens joined by one space. Comments and white space are gone, and so are semicolons that end nothing, and commands that
 * only say how statements end. Other client commands count as a line each, the data of a COPY as they are. Line ends in strings and data
 * read as LF, as in the checksum over the bytes. Spec: ports, `SqlSyntax`; rulings, "Migration history, twice".
 */
export function normalise(script: string, dialect: Backend): string {
  const form = createNormalForm();
  const reading = createReading(dialect, { listener: form.listener, interpolates: false, follows: false });
  readFile(reading, { text: script.replaceAll('\r\n', '\n'), name: undefined, trail: [] });
  return form.text();
}
