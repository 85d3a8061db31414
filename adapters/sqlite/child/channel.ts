import { readSync, writeSync } from 'node:fs';
import type { FromChild, ToChild } from '../child-protocol.ts';
import { CHANNEL, createFrameReader, toFrame } from '../frames.ts';

const PIECE = 65_536;
const frames = createFrameReader();

/** Waits for the next message of the parent, with the whole process; undefined once the parent is gone. */
export function receive(): ToChild | undefined {
  for (;;) {
    const frame = frames.next();
    if (frame) return frame.message as ToChild;
    const piece = Buffer.allocUnsafe(PIECE);
    const read = readPiece(piece);
    if (read === 0) return undefined;
    frames.add(piece.subarray(0, read));
  }
}

/** Writes the whole message before it returns, so that it arrives whatever happens to the process then. */
export function send(message: FromChild): void {
  const frame = toFrame(message, isPlain(message));
  try {
    for (let at = 0; at < frame.length; ) at += writeSync(CHANNEL, frame, at);
  } catch (error) {
    // The parent is gone, which the next read finds out too.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

function readPiece(piece: Buffer): number {
  try {
    return readSync(CHANNEL, piece);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EOF' || code === 'ECONNRESET' || code === 'EPIPE') return 0; // the end, as Windows and a killed parent tell it
    throw error;
  }
}

const isPlain = (message: FromChild): boolean =>
  message.type !== 'answer' ||
  (message.answer.type === 'done' && (message.answer.value === undefined || typeof message.answer.value === 'string'));
