import { readKeptConfig, writeKeptConfig } from '../adapters/index.ts';
import { checkConfigText, type Redactor, type UsedConfig, type World } from '../core/index.ts';
import type { Project } from './project.ts';

export interface ConfigKeeping {
  readonly project: Project;
  readonly world: Pick<World, 'files' | 'hasher'>;
  readonly redactor: Redactor;
}

/**
 * Keeps the deploy config that an attempt is about to use, with secrets masked and once for each text of it, so that what the journal names by
 * its digest can be read as long as the history lasts. Spec: orchestration, task 1.
 */
export async function keepConfig({ project, world, redactor }: ConfigKeeping): Promise<{ config?: UsedConfig }> {
  const { root, configFile: file } = project;
  const read = file === undefined ? undefined : await world.files.readText(file);
  if (file === undefined || read?.type !== 'found') return {};
  const text = redactor.redact(read.text);
  const digest = world.hasher.sha256(text);
  if (!(await readKeptConfig(root, digest)))
    await writeKeptConfig(root, digest, { v: 1, file, targets: targetsIn(file, read.text, redactor), text });
  return { config: { file, digest } };
}

function targetsIn(file: string, text: string, redactor: Redactor) {
  const targets = [...(checkConfigText(file, text).config?.targets.values() ?? [])];
  const masked = (word: string | undefined) => (word === undefined ? undefined : redactor.redact(word));
  return targets.map(({ value: { id, type, provider, host, region } }) => ({
    id,
    type: masked(type),
    provider: masked(provider),
    host: masked(host),
    region: masked(region),
  }));
}
