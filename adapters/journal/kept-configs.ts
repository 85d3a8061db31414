import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Target } from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { replaceFile } from '../durable/replace-file.ts';
import { storeFolder } from './store-layout.ts';

/** What is kept of a deploy config that a run used, once for each text of it. Secrets are masked. */
export interface KeptConfig {
  readonly v: 1;
  /** Relative to the project. */
  readonly file: string;
  readonly targets: readonly Pick<Target, 'id' | 'type' | 'provider' | 'host' | 'region'>[];
  readonly text: string;
}

const folderOf = (project: string): string => join(storeFolder(project), 'configs');
const fileOf = (project: string, digest: Digest): string => join(folderOf(project), `${digest}.json`);

/** The config with a digest; undefined where it was not kept, or is lost. */
export async function readKeptConfig(project: string, digest: Digest): Promise<KeptConfig | undefined> {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const text = await readFile(fileOf(project, digest), 'utf8').catch(onCode(['ENOENT'], undefined));
  try {
    const kept = text === undefined ? undefined : (JSON.parse(text) as Partial<KeptConfig>);
    return kept?.v === 1 && kept.text !== undefined && kept.targets ? (kept as KeptConfig) : undefined;
  } catch {
    return undefined; // Overwritten by somebody: as good as none.
  }
}

/** On disk when it resolves. */
export async function writeKeptConfig(project: string, digest: Digest, kept: KeptConfig): Promise<void> {
  await mkdir(folderOf(project), { recursive: true, mode: 0o700 });
  await replaceFile(fileOf(project, digest), `${JSON.stringify(kept)}\n`);
}
