import type { DeployConfig, World } from '../core/index.ts';
import { openProjectHistory } from './attempt.ts';
import type { Project } from './project.ts';

/** Writes the config's targets into the history's table of them. The config is the truth, so a failure is only told: why, or undefined. */
export async function mirrorConfig(
  config: DeployConfig,
  { project, world, dist }: { readonly project: Project; readonly world: World; readonly dist: string },
): Promise<string | undefined> {
  const history = openProjectHistory(project.root, dist, world);
  try {
    const targets = [...config.targets.values()].map(({ value }) => value);
    const result = await history.mirrorTargets(config.project ?? '', targets);
    return result.type === 'busy' ? `process ${result.pid} on ${result.host} writes the history` : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await history.close();
  }
}
