import type { Digest } from '../model/ids.ts';

export interface Hasher {
  /** SHA-256 of the text's UTF-8 bytes. Synchronous. */
  sha256(text: string): Digest;
}
