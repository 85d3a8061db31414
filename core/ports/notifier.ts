import type { NotificationEvent } from '../model/notification.ts';

/** One message on its way, with every reference replaced by its value. */
export type Delivery = WebhookDelivery | EmailDelivery;

export interface WebhookDelivery {
  readonly type: 'webhook';
  /** `http:` or `https:`; may hold credentials. */
  readonly url: string;
  /** Signs the body; undefined: it is not signed. */
  readonly key: string | undefined;
  readonly event: NotificationEvent;
  /** The same for every try, so that who gets it twice can tell. */
  readonly id: string;
  /** When this try is made; seconds since 1970, UTC. */
  readonly timestamp: number;
  /** JSON, sent and signed byte for byte. */
  readonly body: string;
}

export interface EmailDelivery {
  readonly type: 'email';
  /** `smtp://` or `smtps://`; may hold credentials. */
  readonly smtp: string;
  readonly from: string;
  readonly to: readonly string[];
  /** As in `WebhookDelivery`. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
}

/** `message` is a sentence that names the host and nothing else of an address; `retryable`: another try may succeed. */
export type DeliveryEnd =
  | { readonly type: 'sent' }
  | { readonly type: 'failed'; readonly message: string; readonly retryable: boolean };

/** Carries messages to people. One try each: whoever sends decides on the next. */
export interface Notifier {
  /** Never rejects for what the other side does; an abort ends the try at once, as one that failed. */
  send(delivery: Delivery, signal: AbortSignal): Promise<DeliveryEnd>;
}
