import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import { validateDeployConfig } from '../generated/validate-deploy-config.js';
import type { NotificationChannel } from '../model/notification.ts';
import { decodeNotifications } from './config-notifications.ts';
import { jsonValueOf } from './json-nodes.ts';
import { readSource } from './source.ts';

/** The channels of a deploy config; none where it has problems, which planning tells. */
export function readNotifications(file: string, text: string): readonly NotificationChannel[] {
  const { root, problems } = readSource(file, text, 'jsonc');
  const json = root && problems.length === 0 ? jsonValueOf(root) : undefined;
  return validateDeployConfig(json) ? decodeNotifications((json as DeployConfigJson).notifications) : [];
}
