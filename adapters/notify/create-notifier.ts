import { type DeliveryEnd, linkedAbort, type Notifier } from '../../core/index.ts';
import type { TryLimit } from './try-limit.ts';
import { sendWebhook } from './webhook.ts';

/** How long one try may take, in milliseconds. */
const standardLimitMs = 10_000;

/** Webhooks and e-mail. The mail client is loaded by the first message that needs it, which the limit does not count. */
export function createNotifier({ limitMs = standardLimitMs }: { readonly limitMs?: number } = {}): Notifier {
  return {
    async send(delivery, signal) {
      if (delivery.type === 'webhook') return within(limitMs, signal, (limit) => sendWebhook(delivery, limit));
      const { sendEmail } = await import('./email.ts');
      return within(limitMs, signal, (limit) => sendEmail(delivery, limit));
    },
  };
}

async function within(
  limitMs: number,
  signal: AbortSignal,
  send: (limit: TryLimit) => Promise<DeliveryEnd>,
): Promise<DeliveryEnd> {
  const { controller, unlink } = linkedAbort(signal, AbortSignal.timeout(limitMs));
  try {
    return await send({ limitMs, signal: controller.signal });
  } finally {
    unlink();
  }
}
