import { join } from 'node:path';
import type { TargetId } from '../../core/index.ts';
import { storeFolder } from '../journal/store-layout.ts';

/** Where the values of a target's variables are kept, outside version control. */
export interface StorePaths {
  readonly folder: string;
  /** Plain text. */
  readonly variables: string;
  /** Encrypted. */
  readonly secrets: string;
  /** Which process changes them. */
  readonly writer: string;
}

export function storePaths(project: string, target: TargetId): StorePaths {
  const folder = join(storeFolder(project), 'env');
  return {
    folder,
    variables: join(folder, `${target}.json`),
    secrets: join(folder, `${target}.secrets`),
    writer: join(storeFolder(project), 'state', 'env-writer', target),
  };
}
