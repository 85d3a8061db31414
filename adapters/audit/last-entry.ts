import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type AuditHead, auditGenesis, decodeAuditLine, type Hasher } from '../../core/index.ts';

/** How a log ends: where its last whole line ends, and what that line is. */
export type LogEnd =
  | {
      readonly type: 'sound';
      readonly last: AuditHead;
      /** Bytes of whole lines. */
      readonly size: number;
      readonly torn: { readonly bytes: number; readonly sha256: string } | undefined;
    }
  | { readonly type: 'broken' };

const step = 64 * 1024;
const lineEnd = 10;

/** Reads the end of the log; the time does not depend on its length. */
export async function readLogEnd(handle: FileHandle, hasher: Hasher): Promise<LogEnd> {
  const { size } = await handle.stat();
  for (let length = Math.min(size, step); ; length = Math.min(size, length * 2)) {
    const bytes = await readAt(handle, size - length, length);
    const end = bytes.lastIndexOf(lineEnd) + 1;
    const begin = end === 0 ? -1 : bytes.lastIndexOf(lineEnd, end - 2) + 1;
    const isWhole = length === size || begin > 0;
    if (!isWhole) continue;
    const rest = bytes.subarray(end);
    const torn =
      rest.length === 0 ? undefined : { bytes: rest.length, sha256: createHash('sha256').update(rest).digest('hex') };
    if (end === 0) return { type: 'sound', last: auditGenesis, size: 0, torn };
    const entry = decodeAuditLine(bytes.toString('utf8', begin, end - 1), hasher);
    if (!entry) return { type: 'broken' };
    return { type: 'sound', last: { seq: entry.seq, hash: entry.hash }, size: size - rest.length, torn };
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
