import { type CheckedConfig, checkConfigText, type DeployConfig } from '../../core/index.ts';
import type { ServeProject } from './serve-projects.ts';

/** The deploy config as far as it can be read; undefined where there is none. */
export const readConfig = async (opened: ServeProject): Promise<DeployConfig | undefined> =>
  (await readConfigFile(opened, opened.project.configFile))?.config;

/** A deploy config with its text and what is wrong with it; undefined where it is not there. */
export async function readConfigFile(
  { world }: Pick<ServeProject, 'world'>,
  file: string | undefined,
): Promise<(CheckedConfig & { readonly text: string }) | undefined> {
  if (file === undefined) return undefined;
  const read = await world.files.readText(file);
  return read.type === 'found' ? { ...checkConfigText(file, read.text), text: read.text } : undefined;
}
