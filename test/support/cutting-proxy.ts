import { connect, createServer, type Socket } from 'node:net';

/** Where a connection breaks. */
export type Cut =
  /** After so many bytes of the client. */
  | { readonly at: 'bytes'; readonly count: number }
  /** When the client asks for COMMIT: the server never hears of it. */
  | { readonly at: 'commit-request' }
  /** When the server answers a COMMIT: the client never hears of it. */
  | { readonly at: 'commit-answer' };

export interface CuttingProxy {
  readonly port: number;
  /** How many connections were cut on purpose. */
  readonly cuts: number;
  /** The next connection that comes to it breaks so, and only that one. `skip` COMMITs are let through first. */
  arm(cut: Cut, skip?: number): void;
  disarm(): void;
  /** Breaks all connections now. */
  cutNow(): void;
  close(): Promise<void>;
}

/** A TCP proxy on 127.0.0.1 that breaks connections on purpose, with a reset as a firewall does it. */
export async function startCuttingProxy(target: () => number): Promise<CuttingProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let armed: { readonly cut: Cut; skip: number; bytes: number } | undefined;
  let cuts = 0;

  const breakPair = (pair: readonly [Socket, Socket]) => {
    pairs.delete(pair);
    for (const socket of pair) socket.resetAndDestroy();
  };
  const cut = (pair: readonly [Socket, Socket]) => {
    armed = undefined;
    cuts += 1;
    breakPair(pair);
  };

  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    let awaitsAnswer = false;
    for (const socket of pair) {
      socket.on('error', () => breakPair(pair)); // either side may go away at any time
      socket.on('close', () => breakPair(pair));
    }
    client.on('data', (chunk: Buffer) => {
      if (armed) {
        const isCommit = armed.cut.at !== 'bytes' && hasCommit(chunk) && armed.skip-- <= 0;
        armed.bytes += chunk.length;
        if (armed.cut.at === 'bytes' && armed.bytes >= armed.cut.count) {
          upstream.write(chunk.subarray(0, Math.max(0, chunk.length - (armed.bytes - armed.cut.count))));
          cut(pair);
          return;
        }
        if (isCommit && armed.cut.at === 'commit-request') {
          cut(pair);
          return;
        }
        if (isCommit) awaitsAnswer = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (awaitsAnswer) cut(pair);
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    get cuts() {
      return cuts;
    },
    arm(given, skip = 0) {
      armed = { cut: given, skip, bytes: 0 };
    },
    disarm() {
      armed = undefined;
    },
    cutNow() {
      cuts += pairs.size;
      for (const pair of [...pairs]) breakPair(pair);
    },
    async close() {
      for (const pair of [...pairs]) breakPair(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const hasCommit = (chunk: Buffer): boolean => /commit/i.test(chunk.toString('latin1'));
