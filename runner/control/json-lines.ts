import type { Readable } from 'node:stream';

/** Longest line that a peer may send, in characters; a longer one ends the stream with an error. */
const longestLine = 1 << 26;

/** The values of a stream of JSON lines; a line that is no JSON rejects. */
export async function* readJsonLines(stream: Readable): AsyncGenerator<unknown> {
  stream.setEncoding('utf8');
  let held = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    held += chunk;
    for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n')) {
      const line = held.slice(0, end);
      held = held.slice(end + 1);
      if (line.trim() !== '') yield JSON.parse(line);
    }
    if (held.length > longestLine) throw new Error('A line of the stream is too long.');
  }
  if (held.trim() !== '') yield JSON.parse(held);
}

export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
