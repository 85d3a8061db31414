import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, byte for byte. */
  readonly body: string;
}

/** A status; `drop`: the connection is cut without an answer; `silence`: nothing is ever answered; `to`: a redirect. */
export type WebhookAnswer = number | 'drop' | 'silence' | { readonly to: string };

export interface WebhookServer {
  /** Ends with `/`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when so many requests have come. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A web server on this machine that keeps what it gets. It gives the answers in their order, and the last one for ever. */
export async function webhookServer(...answers: readonly WebhookAnswer[]): Promise<WebhookServer> {
  const requests: ReceivedRequest[] = [];
  let arrived = (): void => undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url = '', headers } = request;
    requests.push({ path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
    const answer = answers[requests.length - 1] ?? answers.at(-1) ?? 200;
    if (answer === 'drop') request.socket.destroy();
    else if (typeof answer === 'object') response.writeHead(307, { location: answer.to }).end();
    else if (answer !== 'silence') response.writeHead(answer).end('an answer of some length');
    arrived();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    requests,
    async received(count) {
      while (requests.length < count)
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
