import { deserialize, serialize } from 'node:v8';

/** Descriptor of the channel in the child. */
export const CHANNEL = 3;

/** Length of what follows, and how it is written. */
const HEADER = 5;
const JSON_TEXT = 0;
const V8_VALUE = 1;

/** A message as bytes on the channel. `isPlain`: it holds nothing that JSON does not, which is faster. */
export function toFrame(message: unknown, isPlain: boolean): Buffer {
  const body = isPlain ? Buffer.from(JSON.stringify(message)) : serialize(message);
  const frame = Buffer.allocUnsafe(HEADER + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame[4] = isPlain ? JSON_TEXT : V8_VALUE;
  body.copy(frame, HEADER);
  return frame;
}

/** Puts frames together from the pieces in which they arrive. */
export function createFrameReader(): { add(piece: Buffer): void; next(): { readonly message: unknown } | undefined } {
  let pieces: Buffer[] = [];
  let length = 0;
  const first = (): Buffer => {
    if (pieces.length > 1) pieces = [Buffer.concat(pieces)];
    return pieces[0] ?? Buffer.alloc(0);
  };
  return {
    add(piece) {
      pieces.push(piece);
      length += piece.length;
    },
    next() {
      if (length < HEADER) return undefined;
      const known = (pieces[0]?.length ?? 0) < HEADER ? first() : (pieces[0] as Buffer);
      const end = HEADER + known.readUInt32LE(0);
      if (length < end) return undefined;
      const all = first();
      const body = all.subarray(HEADER, end);
      const message: unknown = all[4] === JSON_TEXT ? JSON.parse(body.toString()) : deserialize(body);
      pieces = all.length > end ? [all.subarray(end)] : [];
      length -= end;
      return { message };
    },
  };
}
