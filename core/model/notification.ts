import type { TargetId } from './ids.ts';

/** What people are told of a deployment. Spec: deploy config, `notifications`. */
export type NotificationEvent = 'started' | 'waiting' | 'failed' | 'succeeded' | 'rolled_back';

export const notificationEvents: readonly NotificationEvent[] = [
  'started',
  'waiting',
  'failed',
  'succeeded',
  'rolled_back',
];

/** Which deployments a channel is told of. */
export interface Audience {
  readonly on: readonly NotificationEvent[];
  /** Ids of targets; undefined: every target. */
  readonly targets: readonly TargetId[] | undefined;
}

/** A message to a webhook that understands Slack's form; `url` may be a reference, `${env:NAME}` or `${secret:NAME}`. */
export interface SlackChannel extends Audience {
  readonly type: 'slack';
  readonly url: string;
}

/** A JSON object to an address of the project's own. `url` may be a reference. */
export interface WebhookChannel extends Audience {
  readonly type: 'webhook';
  readonly url: string;
  /** The key that the body is signed with, a reference; undefined: it is not signed. */
  readonly secret: string | undefined;
}

/** A message by e-mail. `smtp` is a reference to the server's address with its credentials: `smtps://user:password@host:port`. */
export interface EmailChannel extends Audience {
  readonly type: 'email';
  readonly smtp: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** A message in the windows of VS Code that have the project open. The windows show it by themselves: nobody sends it. */
export interface VscodeChannel extends Audience {
  readonly type: 'vscode';
}

/** A channel that whoever executes a run sends messages through. */
export type SentChannel = SlackChannel | WebhookChannel | EmailChannel;

/** Where people are told of deployments. Spec: deploy config, `notifications`. */
export type NotificationChannel = SentChannel | VscodeChannel;

/** True where the channel wants to know of this. */
export const isFor = ({ on, targets }: Audience, event: NotificationEvent, target: TargetId): boolean =>
  on.includes(event) && (targets === undefined || targets.includes(target));
