import { createServer, type Server, type Socket } from 'node:net';
import { Client } from 'pg';

/** A proxy that does with sessions what a pooler in transaction mode does: each transaction may run on another server connection. */
export interface TransactionPooler {
  readonly port: number;
  stop(): Promise<void>;
}

export interface PooledServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

const HEADER = 5;
const READY = 0x5a;
const SYNC = 0x53;
const QUERY = 0x51;
const TERMINATE = 0x58;

/** Two server connections serve every client in turns; the proxy asks for no password. */
export async function startTransactionPooler(server: PooledServer): Promise<TransactionPooler> {
  const servers = [await authenticated(server), await authenticated(server)];
  let turn = 0;
  const open = new Set<Socket>();
  const proxy = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    serve(socket, () => {
      turn += 1;
      return servers[turn % servers.length] as Socket;
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as { port: number }).port,
    async stop() {
      for (const socket of [...open, ...servers]) socket.destroy();
      await closed(proxy);
    },
  };
}

/** One client: its messages go to one server connection until the server is idle again, then to the next. */
function serve(client: Socket, nextServer: () => Socket): void {
  let isStarted = false;
  let waiting = Buffer.alloc(0);
  let server: Socket | undefined;
  const toClient = messages((type, message) => {
    client.write(message);
    if (type !== READY || message[HEADER] !== 'I'.charCodeAt(0)) return;
    server?.off('data', toClient);
    server = undefined;
    forward();
  });
  client.on('data', (piece: Buffer) => {
    if (isStarted) waiting = Buffer.concat([waiting, piece]);
    // The first message has no type; every word of it is ignored.
    else client.write(greeting());
    isStarted = true;
    forward();
  });

  function forward(): void {
    const end = endOfRequest(waiting);
    if (end === 0) return;
    if (waiting[0] === TERMINATE) {
      client.end();
      return;
    }
    if (!server) {
      server = nextServer();
      server.on('data', toClient);
    }
    server.write(waiting.subarray(0, end));
    waiting = waiting.subarray(end);
  }
}

/** Where the first whole request ends, which is at a Sync or a simple query; 0 where it is not there yet. */
function endOfRequest(bytes: Buffer): number {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const type = bytes[at];
    at += 1 + bytes.readUInt32BE(at + 1);
    if (at <= bytes.length && (type === SYNC || type === QUERY || type === TERMINATE)) return at;
  }
  return 0;
}

function messages(each: (type: number, message: Buffer) => void): (piece: Buffer) => void {
  let kept = Buffer.alloc(0);
  return (piece) => {
    kept = Buffer.concat([kept, piece]);
    while (kept.length >= HEADER && kept.length >= 1 + kept.readUInt32BE(1)) {
      const end = 1 + kept.readUInt32BE(1);
      const message = kept.subarray(0, end);
      kept = kept.subarray(end);
      each(message[0] as number, message);
    }
  };
}

const message = (type: string, ...body: readonly number[]): Buffer => {
  const bytes = Buffer.from([type.charCodeAt(0), 0, 0, 0, 0, ...body]);
  bytes.writeUInt32BE(4 + body.length, 1);
  return bytes;
};

/** Authenticated, a key that cancels nothing, and ready. */
const greeting = (): Buffer =>
  Buffer.concat([message('R', 0, 0, 0, 0), message('K', 0, 0, 0, 1, 0, 0, 0, 1), message('Z', 'I'.charCodeAt(0))]);

/** A connection to the server that is past its greeting, without its driver. */
async function authenticated({ host, port, database, username, password }: PooledServer): Promise<Socket> {
  const client = new Client({ host, port, database, user: username, password });
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  stream.removeAllListeners('close');
  return stream;
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
