import { createHmac } from 'node:crypto';
import { type DeliveryEnd, percentDecoded, type WebhookDelivery } from '../../core/index.ts';
import { endedBy, type TryLimit } from './try-limit.ts';

/**
 * Posts JSON. With a key, `X-Srdeploy-Signature` is `sha256=` and the HMAC-SHA-256 in hexadecimal of `<timestamp>.<body>`. Redirects are
 * not followed: what was signed for one address is not handed to another. Docs: notifications.
 */
export async function sendWebhook(delivery: WebhookDelivery, limit: TryLimit): Promise<DeliveryEnd> {
  const address = addressOf(delivery.url);
  if (!address) {
    return {
      type: 'failed',
      retryable: false,
      message: 'The address of the webhook is no http:// or https:// address.',
    };
  }
  const { url, host, authorization } = address;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headersOf(delivery), ...(authorization !== undefined && { authorization }) },
      body: delivery.body,
      redirect: 'manual',
      signal: limit.signal,
    });
    await response.body?.cancel();
    return endOf(response.status, host);
  } catch (error) {
    const how = limit.signal.aborted ? endedBy(limit) : `cannot be reached${causeOf(error)}`;
    return { type: 'failed', retryable: true, message: `${host} ${how}.` };
  }
}

/** The address without its credentials, which `fetch` does not take in it. */
function addressOf(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const { username, password, host } = url;
  url.username = '';
  url.password = '';
  const credentials = `${percentDecoded(username)}:${percentDecoded(password)}`;
  const authorization = credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url, host, authorization };
}

function headersOf({ key, event, id, timestamp, body }: WebhookDelivery): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'srdeploy',
    'x-srdeploy-event': event,
    'x-srdeploy-delivery': id,
    'x-srdeploy-timestamp': String(timestamp),
    ...(key !== undefined && { 'x-srdeploy-signature': `sha256=${signatureOf(key, `${timestamp}.${body}`)}` }),
  };
}

const signatureOf = (key: string, text: string): string => createHmac('sha256', key).update(text, 'utf8').digest('hex');

function endOf(status: number, host: string): DeliveryEnd {
  if (status >= 200 && status < 300) return { type: 'sent' };
  const isRedirect = status >= 300 && status < 400;
  return {
    type: 'failed',
    retryable: status === 429 || status >= 500,
    message: isRedirect
      ? `${host} answered ${status}, a redirect, which is not followed: name the address that it leads to.`
      : `${host} answered ${status}.`,
  };
}

/** The system's word for it, such as ` (ECONNREFUSED)`; the message of the error may name the address. */
function causeOf(error: unknown): string {
  const { code } = ((error as Partial<Error>).cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? ` (${code})` : '';
}
