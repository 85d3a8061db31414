import { connect as connectSocket, type Socket } from 'node:net';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import type { ConnectFailure, ConnectOptions } from '../../core/index.ts';
import { connectFailure, type MysqlError, messageOf } from './connect-failure.ts';
import { isAddress, isSocket, type MysqlConnection, type TlsAttempt, tlsAttempts } from './tls.ts';

export interface OpenedConnection {
  readonly type: 'open';
  readonly connection: Connection;
  /** What the connection was made with, so that others are made alike. */
  readonly tls: TlsAttempt;
}

export type Opening = OpenedConnection | ConnectFailure;

/** Connects, within the time limit and until the signal aborts, in the first way of `ssl_mode` that the server takes. */
export async function openConnection(
  to: MysqlConnection,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Opening> {
  let attempts: readonly TlsAttempt[];
  try {
    attempts = await tlsAttempts(to);
  } catch (error) {
    return { type: 'refused', message: `The certificate of the authority cannot be read: ${messageOf(error)}` };
  }
  let failure: ConnectFailure = { type: 'unreachable', message: 'Nothing was tried.' };
  for (const tls of attempts) {
    const opened = await openOnce(to, tls, options, signal);
    if (opened.type === 'open') return opened;
    failure = opened.failure;
    if (!/^HANDSHAKE_/.test(opened.code)) break;
  }
  return failure;
}

/** As `openConnection`, in one known way. */
export async function openLike(
  to: MysqlConnection,
  tls: TlsAttempt,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Opening> {
  const opened = await openOnce(to, tls, options, signal);
  return opened.type === 'open' ? opened : opened.failure;
}

type Tried =
  | OpenedConnection
  | { readonly type: 'failed'; readonly failure: ConnectFailure /** Of the driver. */; readonly code: string };

async function openOnce(
  to: MysqlConnection,
  tls: TlsAttempt,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Tried> {
  const cancelled = (message: string): Tried => ({
    type: 'failed',
    failure: { type: 'unreachable', message },
    code: '',
  });
  if (signal.aborted) return cancelled('Cancelled before it was connected.');
  const connection = createConnection(settings(to, tls, options));
  const abort = () => destroy(connection);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    return { type: 'open', connection, tls };
  } catch (error) {
    // Later errors of a connection that was given up have nobody to hear them.
    connection.on('error', () => {});
    destroy(connection);
    if (signal.aborted) return cancelled('Cancelled while connecting.');
    return {
      type: 'failed',
      failure: connectFailure(error as MysqlError, to),
      code: (error as MysqlError).code ?? '',
    };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** As the vendor's own client connects, but without LOCAL INFILE, by which a server reads files of this machine. */
const FLAGS = ['-LOCAL_FILES', '-FOUND_ROWS', '-IGNORE_SPACE'];

function settings(to: MysqlConnection, tls: TlsAttempt, options: ConnectOptions): ConnectionOptions {
  return {
    stream: () => openSocket(to),
    // Sent to the server as the name to show a certificate for; an address is not one.
    host: to.host,
    ...(isSocket(to.host) && { socketPath: to.host }),
    port: to.port,
    database: to.database,
    ...(to.username !== undefined && { user: to.username }),
    ...(to.password !== undefined && { password: to.password }),
    ...(tls && { ssl: tls }),
    flags: FLAGS,
    charset: 'utf8mb4',
    connectTimeout: options.timeoutMs,
    connectAttributes: { program_name: `srdeploy ${options.marker}` },
    multipleStatements: false,
    rowsAsArray: true,
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
  };
}

function openSocket({ host, port }: MysqlConnection): Socket {
  if (isSocket(host)) return connectSocket(host);
  const socket = connectSocket(port, host);
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  // The name that Node compares a certificate with where none is given, which is so for an address; it would take `localhost`.
  return isAddress(host) ? Object.assign(socket, { _host: host }) : socket;
}

/** Ends the connection at once, without a word to the server. */
export function destroy(connection: Connection): void {
  (connection as unknown as { readonly stream: Socket }).stream.destroy();
}
