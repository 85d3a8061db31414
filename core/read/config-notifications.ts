import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import { targetId } from '../model/ids.ts';
import { type Audience, type NotificationChannel, notificationEvents } from '../model/notification.ts';

type NotificationJson = NonNullable<DeployConfigJson['notifications']>[number];

/** The channels of a config whose form is right, as the author ordered them. Spec: deploy config, `notifications`. */
export const decodeNotifications = (json: DeployConfigJson['notifications']): readonly NotificationChannel[] =>
  (json ?? []).map(decodeChannel);

function decodeChannel(json: NotificationJson): NotificationChannel {
  const audience = decodeAudience(json);
  switch (json.type) {
    case 'slack':
      return { type: 'slack', ...audience, url: json.url };
    case 'webhook':
      return { type: 'webhook', ...audience, url: json.url, secret: json.secret };
    case 'email':
      return { type: 'email', ...audience, smtp: json.smtp, from: json.from, to: json.to };
    case 'vscode':
      return { type: 'vscode', ...audience };
  }
}

/** Without `on` everything is told; an empty list tells nothing. */
const decodeAudience = ({ on, targets }: NotificationJson): Audience => ({
  on: on ?? notificationEvents,
  targets: targets?.map(targetId),
});
