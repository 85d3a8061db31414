import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createNotifier } from '../../../adapters/index.ts';
import type { WebhookDelivery } from '../../../core/index.ts';
import { type WebhookAnswer, type WebhookServer, webhookServer } from '../../support/webhook-server.ts';

const servers: WebhookServer[] = [];
const listening = async (...answers: readonly WebhookAnswer[]) => {
  const server = await webhookServer(...answers);
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const delivery = (url: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  type: 'webhook',
  url,
  key: undefined,
  event: 'failed',
  id: '20260205-120000-aaaaaa-7',
  timestamp: 1_770_292_800,
  body: '{"v":1,"name":"Ä & <b>"}',
  ...more,
});
const send = (one: WebhookDelivery, limitMs = 10_000) => createNotifier({ limitMs }).send(one, never);

describe('a webhook', () => {
  it('gets the body byte for byte, with the event, the delivery and the time', async () => {
    const server = await listening(204);
    expect(await send(delivery(`${server.url}hooks/deploy?a=1`))).toEqual({ type: 'sent' });
    const [request] = server.requests;
    expect(request?.path).toBe('/hooks/deploy?a=1');
    expect(request?.body).toBe(delivery('').body);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-srdeploy-event': 'failed',
      'x-srdeploy-delivery': '20260205-120000-aaaaaa-7',
      'x-srdeploy-timestamp': '1770292800',
    });
    expect(request?.headers).not.toHaveProperty('x-srdeploy-signature');
  });

  it('gets a signature that whoever has the key can make from the time and the body', async () => {
    const server = await listening(200);
    await send(delivery(server.url, { key: 'the signing key' }));
    const [request] = server.requests;
    const signed = `${request?.headers['x-srdeploy-timestamp']}.${request?.body}`;
    const expected = createHmac('sha256', 'the signing key').update(signed).digest('hex');
    expect(request?.headers['x-srdeploy-signature']).toBe(`sha256=${expected}`);
    // As openssl makes it: openssl dgst -sha256 -hmac 'the signing key'
    expect(expected).toBe('47bb56ada40e034561a4b513873caa2f756617ad5c378b647273f61658676319');
  });

  it('is tried again after a server error, too many requests, a cut connection and a refused one, never after a refusal', async () => {
    const ends = new Map<WebhookAnswer, boolean>();
    for (const answer of [500, 503, 429, 'drop', 400, 401, 404, 410] as const) {
      const end = await send(delivery((await listening(answer)).url));
      if (end.type === 'failed') ends.set(answer, end.retryable);
    }
    const closed = await listening(200);
    await closed.close();
    servers.pop();
    const unreached = await send(delivery(closed.url));
    expect([...ends].filter(([, retryable]) => retryable).map(([answer]) => answer)).toEqual([500, 503, 429, 'drop']);
    expect([...ends].filter(([, retryable]) => !retryable).map(([answer]) => answer)).toEqual([400, 401, 404, 410]);
    expect(unreached).toEqual({
      type: 'failed',
      retryable: true,
      message: `127.0.0.1:${closed.port} cannot be reached (ECONNREFUSED).`,
    });
  });

  it('is not waited for longer than the limit', async () => {
    const server = await listening('silence');
    const message = `127.0.0.1:${server.port} did not answer within 0.2 s.`;
    expect(await send(delivery(server.url), 200)).toEqual({ type: 'failed', retryable: true, message });
  });

  it('is given up at once when nobody wants it any more', async () => {
    const server = await listening('silence');
    const abort = new AbortController();
    const sending = createNotifier().send(delivery(server.url), abort.signal);
    await server.received(1);
    abort.abort();
    expect(await sending).toMatchObject({ type: 'failed', message: expect.stringContaining('any longer') });
  });

  it('is not followed to where it redirects', async () => {
    const other = await listening(200);
    const server = await listening({ to: `http://localhost:${other.port}/stolen` });
    const end = await send(delivery(server.url, { key: 'the signing key' }));
    expect(end).toMatchObject({ type: 'failed', retryable: false, message: expect.stringContaining('redirect') });
    expect(other.requests).toEqual([]);
  });

  it('gets credentials of its address as a header, and no message of ours names them or the path', async () => {
    const server = await listening(404);
    const end = await send(delivery(`http://us%40er:p%3Aw@127.0.0.1:${server.port}/services/T000/secret-path`));
    const { authorization = '' } = server.requests[0]?.headers ?? {};
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('us@er:p:w');
    expect(end).toEqual({ type: 'failed', retryable: false, message: `127.0.0.1:${server.port} answered 404.` });
  });

  it('needs a web address, and says so without quoting what it got', async () => {
    for (const url of ['ftp://hush@example.org/x', 'hush', 'file:///etc/hush', '', 'javascript:hush']) {
      const end = await send(delivery(url));
      expect(end).toMatchObject({ type: 'failed', retryable: false });
      expect(JSON.stringify(end)).not.toContain('hush');
    }
  });
});
