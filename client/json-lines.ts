import type { Readable } from 'node:stream';

/** Calls `hear` with each line of a stream of JSON lines, decoded; a line that is no JSON goes to `strange`. */
export function readJsonLines(
  stream: Readable,
  hear: (message: unknown) => void,
  strange: (line: string) => void,
): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const message = decoded(line);
      if (message === undefined) strange(line);
      else hear(message);
    }
  });
}

function decoded(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller is told of the line by `strange`.
    return undefined;
  }
}
