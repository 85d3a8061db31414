import { checkConfigText, type DeployConfig } from '../../core/index.ts';
import type { ServeProject } from './serve-projects.ts';

/** The deploy config as far as it can be read; undefined where there is none. */
export async function readConfig({ project, world }: ServeProject): Promise<DeployConfig | undefined> {
  if (project.configFile === undefined) return undefined;
  const read = await world.files.readText(project.configFile);
  return read.type === 'found' ? checkConfigText(project.configFile, read.text).config : undefined;
}
