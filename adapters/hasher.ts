import { createHash } from 'node:crypto';
import { digest, type Hasher } from '../core/index.ts';

export const createHasher = (): Hasher => ({
  sha256: (text) => digest(createHash('sha256').update(text, 'utf8').digest('hex')),
});
