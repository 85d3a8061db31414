import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** A web server on a free port of 127.0.0.1, until the test file ends. */
export interface LoopbackServer {
  /** `http://127.0.0.1:12345`, or `https:`. */
  readonly origin: string;
  close(): Promise<void>;
}

export async function loopbackServer(
  listener: RequestListener,
  tls?: { readonly cert: string; readonly key: string },
): Promise<LoopbackServer> {
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  open.push(close);
  return { origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, close };
}

const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});
