import { type NotificationChannel, readNotifications, type World } from '../core/index.ts';
import type { Project } from './project.ts';

/** Who the project's deploy config wants to be told, as it stands now; nobody where it cannot be read. */
export async function configuredChannels(
  { configFile }: Project,
  { files }: Pick<World, 'files'>,
): Promise<readonly NotificationChannel[]> {
  if (configFile === undefined) return [];
  const read = await files.readText(configFile);
  return read.type === 'found' ? readNotifications(configFile, read.text) : [];
}
