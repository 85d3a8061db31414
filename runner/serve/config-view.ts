import {
  type ConfigGroup,
  type DeployConfig,
  isError,
  kindOf,
  orderGroups,
  readNotifications,
} from '../../core/index.ts';
import type { ConfigGroupView, ConfigView } from '../../protocol/index.ts';
import { readConfigFile } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** What a deploy config deploys, by what it says: no file is looked for. Undefined where it is not there. */
export async function configView(opened: ServeProject, file: string | undefined): Promise<ConfigView | undefined> {
  const named = file ?? opened.project.configFile;
  const read = await readConfigFile(opened, named);
  if (named === undefined || !read) return undefined;
  const { config, text, problems } = read;
  const problem = problems.find(isError)?.message;
  return {
    file: named,
    name: config?.project ?? named,
    ...(problem !== undefined && { problem }),
    groups: inOrder(config).map(groupView),
    databases: (config?.databases ?? []).map(({ name, folder, strategy }) => ({
      name,
      folder: folder.value,
      strategy,
    })),
    vscodeChannels: readNotifications(named, text).flatMap(({ type, on, targets }) =>
      type === 'vscode' ? [{ on, targets }] : [],
    ),
  };
}

/** As they run; groups that wait for one another stand as they are written, and planning says what is wrong. */
function inOrder(config: DeployConfig | undefined): readonly ConfigGroup[] {
  const groups = config?.groups ?? [];
  const order = orderGroups(groups);
  return order.type === 'ordered' ? order.groups.map(({ group }) => group) : groups;
}

function groupView(group: ConfigGroup): ConfigGroupView {
  const patterns = group.patterns.map(({ value }) => value);
  // What a pattern ends in tells what its files are; which there are is for planning to find.
  const kind = kindOf(
    group,
    patterns.map((pattern) => ({ path: pattern, pattern })),
  );
  return { name: group.name.value, kind, patterns, ...group.name.range.start };
}
