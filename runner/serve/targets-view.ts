import { isError, shownTarget, targetViews } from '../../core/index.ts';
import type { TargetsView } from '../../protocol/index.ts';
import { readConfigFile } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** The targets of a project, as far as its deploy config can be read. */
export async function targetsView(opened: ServeProject): Promise<TargetsView> {
  const file = opened.project.configFile;
  const read = await readConfigFile(opened, file);
  if (file === undefined || !read) return { targets: [], connections: [] };
  const { config, text, problems } = read;
  const problem = problems.find(isError)?.message;
  const targets = config ? targetViews(config, text) : [];
  return {
    file,
    targets: targets.map((target) => ({
      ...shownTarget(target),
      ...(config?.targets.get(target.id)?.range.start ?? { line: 1, column: 1 }),
    })),
    connections: [...(config?.connections.keys() ?? [])],
    ...(problem !== undefined && { problem }),
  };
}
