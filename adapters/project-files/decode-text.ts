import { isUtf8 } from 'node:buffer';
import type { ReadFile } from '../../core/index.ts';

/** Text from the bytes of a file, its byte order mark left out. Only UTF-8 is text: any other guess would change what is run. */
export function decodeText(bytes: Buffer, path: string): ReadFile {
  if (!isUtf8(bytes)) return { type: 'unreadable', message: `${path} ${whatItIs(bytes)} Save it as UTF-8.` };
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return { type: 'found', text: bytes.toString('utf8', start) };
}

function whatItIs(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'is UTF-16 (little-endian).';
  if (first === 0xfe && second === 0xff) return 'is UTF-16 (big-endian).';
  return 'is not UTF-8 text: it may be in an older encoding such as ISO 8859-1 or Windows-1252, or be no text at all.';
}
