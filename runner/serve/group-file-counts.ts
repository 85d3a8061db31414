import { filesOfGroups } from '../compile-config.ts';
import { readConfigFile } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** How many files of the disk the patterns of each group match, by the group's name: those that planning would take. */
export async function groupFileCounts(opened: ServeProject, file: string): Promise<Readonly<Record<string, number>>> {
  const groups = (await readConfigFile(opened, file))?.config?.groups ?? [];
  const { files } = await filesOfGroups(groups, opened.project);
  // A group may have any name, `__proto__` too.
  return Object.fromEntries([...files].map(([name, own]) => [name, own.length]));
}
